"""What happened in a blog. All are sent after the transaction has committed, robustly: a receiver that fails is logged.

``sender`` is the post's class. Every receiver gets ``post``, the instance (of a deleted post as it was), and its
absolute addresses ``old_url`` and ``new_url`` before and after; None where readers could not find it.
"""

from django.dispatch import Signal

# A post went live for the first time; ``old_url`` is None.
post_published = Signal()
# A post was published again (``old_url`` is None if it was not live before), or has another address because it, its
# blog or a page above was moved or renamed.
post_updated = Signal()
# A live post was taken off the site or deleted; ``new_url`` is None.
post_unpublished = Signal()

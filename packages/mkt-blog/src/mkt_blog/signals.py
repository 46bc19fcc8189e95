"""What happened in a blog. All are sent after the transaction has committed.

``sender`` is the post's class; every receiver gets ``post``, the instance.
"""

from django.dispatch import Signal

# A post went live for the first time.
post_published = Signal()
# A post that had been published before was published again.
post_updated = Signal()
# A post was taken off the site.
post_unpublished = Signal()

"""What is derived from posts, after many of them were changed by one query."""

from django.apps import apps
from wagtail.models import ReferenceIndex
from wagtail.search import index

from mkt_core.tasks import task

from .. import remembered


@task()
def refresh_posts(label: str, keys: list[int]) -> None:
    """Bring search index and usage of some posts up to date, and forget what is remembered.

    ``label`` is that of their class ("app.Model").
    """
    # No signal has told of what was changed by one query.
    remembered.forget()
    for post in apps.get_model(label)._default_manager.filter(pk__in=keys).iterator(chunk_size=100):
        ReferenceIndex.create_or_update_for_object(post)
        index.insert_or_update_object(post)

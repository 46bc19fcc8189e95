"""What is derived from posts, after many of them were changed by one query."""

from collections.abc import Iterable, Mapping

from django.apps import apps
from wagtail.models import ReferenceIndex
from wagtail.search import index

from mkt_core.tasks import enqueue_on_commit, task

from .. import remembered

BATCH = 500


@task()
def refresh_posts(label: str, keys: list[int]) -> None:
    """Bring search index and usage of some posts (or of other things that have tags) up to date.

    What is remembered is forgotten. ``label`` is that of their class ("app.Model").
    """
    # No signal has told of what was changed by one query.
    remembered.forget()
    for post in apps.get_model(label)._default_manager.filter(pk__in=keys).iterator(chunk_size=100):
        ReferenceIndex.create_or_update_for_object(post)
        index.insert_or_update_object(post)


def refresh_later(changed: Mapping[str, Iterable[int]]) -> None:
    """The same after the commit, for keys by the label of their class; five hundred at a time."""
    for label, keys in changed.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), BATCH):
            enqueue_on_commit(refresh_posts, label, ordered[start : start + BATCH])

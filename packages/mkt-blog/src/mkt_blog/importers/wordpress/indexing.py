"""Search indexing in batches."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.signals import post_save
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.search.backends import get_search_backends_with_name

logger = logging.getLogger(__name__)


@contextmanager
def indexing_suspended(model: Any) -> Iterator[None]:
    """Keep saved objects of ``model`` out of the index; ``index_batch()`` brings them in.

    One entry at a time takes a third of an import, and ever longer on SQLite, which looks through
    the whole index for each. This holds for the whole process: for a command, not for a server.
    """
    was_connected = post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        yield
    finally:
        if was_connected:
            post_save.connect(post_save_signal_handler, sender=model)


def index_batch(model: Any, pks: list[int]) -> None:
    """Bring objects into every search index that follows changes. One query to fetch them all.

    A failing search server is logged, as Wagtail does it; ``update_index`` makes up for it.
    """
    if not pks or not getattr(model, "search_auto_update", True):
        return
    objects = list(model.get_indexed_objects().filter(pk__in=pks))
    for name, backend in get_search_backends_with_name(with_auto_update=True):
        try:
            backend.add_bulk(model, objects)
        except Exception:
            logger.exception("%d posts could not be added to the search index %r", len(pks), name)
            if not backend.catch_indexing_errors:
                raise

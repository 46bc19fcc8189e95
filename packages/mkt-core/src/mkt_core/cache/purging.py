"""Telling the store that something has changed, once the change is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction

from ..signals import tags_bumped
from .collector import SITES_TAG
from .tags import normalised

logger = logging.getLogger(__name__)

Sink = Callable[[frozenset[str]], None]

_sink: Sink | None = None


def set_sink(sink: Sink | None) -> Sink | None:
    """Have ``sink(tags)`` called with the tags of every committed change; returns the sink it replaces.

    A sink remembers for itself what it could not deliver.
    """
    global _sink
    replaced, _sink = _sink, sink
    return replaced


def purge(*tags: str, using: str | None = None) -> None:
    """Everything made of any of ``tags`` is out of date once the database ``using`` commits.

    Outside of a transaction that is at once.

    Raises:
        ValueError: a tag is empty.
    """
    names = frozenset(normalised(tag) for tag in tags)
    if names:
        transaction.on_commit(partial(deliver, names), using=using)


def deliver(tags: Iterable[str]) -> None:
    """Hand ``tags`` to the store now. Never raises: the data is committed, and whoever changed it is not to blame."""
    names = frozenset(tags)
    if not names:
        return
    if SITES_TAG in names:
        _forget_site_roots()
    try:
        if _sink is not None:
            _sink(names)
    except Exception:
        logger.exception("Could not purge %d tags from the response cache", len(names))
    tags_bumped.send_robust(sender=deliver, tags=names)


def _forget_site_roots() -> None:
    """Clear Wagtail's cache of the sites' root paths before what was rendered with it is purged.

    Wagtail itself clears it too early, inside the transaction, where others fill it anew with what is about to change;
    and not at all when the root page's URL path changes with that of a page above it.
    """
    from wagtail.models import Site  # Models cannot be imported before the apps are ready.

    try:
        Site.clear_site_root_paths_cache()
    except Exception:
        logger.exception("Could not clear Wagtail's cache of the sites' root paths")

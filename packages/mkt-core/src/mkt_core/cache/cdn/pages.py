"""URLs that change hands without Wagtail telling its front-end cache: by a move, a new slug, a deletion, a restriction.

Wagtail purges a page's present URL when it is published or unpublished. It does so for a deleted page as well, but
while the page is still there for everybody, so that the next visitor brings it back; hence again after the commit.
Pages that merely *show* another one (parents, listings, menus) cannot be found by URL; that is what tags are for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from weakref import ReferenceType

from django.db import connections
from django.db.models.signals import post_save, pre_delete
from django.dispatch import Signal
from wagtail.contrib.frontend_cache.utils import PurgeBatch
from wagtail.models import PageViewRestriction
from wagtail.signals import page_slug_changed, post_page_move

from ...compat import get_page_model
from . import delivery
from .configuration import FRONTEND_CACHE
from .frontend_cache import is_used

logger = logging.getLogger("mkt_core.cache.cdn")

_UID = "mkt_core.cache.cdn.pages"


def connect() -> None:
    """Notice such changes from now on. Only once all models are loaded."""
    post_page_move.connect(purge_moved, dispatch_uid=_UID)
    page_slug_changed.connect(purge_renamed, dispatch_uid=_UID)
    pre_delete.connect(purge_deleted, sender=get_page_model(), dispatch_uid=_UID)
    post_save.connect(purge_restricted, sender=PageViewRestriction, dispatch_uid=_UID)


def _harmless(receiver: Callable[..., None]) -> Callable[..., None]:
    """Wagtail asks without a net: what goes wrong here must not keep anybody from moving a page."""

    @wraps(receiver)
    def careful(**kwargs: Any) -> None:
        try:
            if is_used():
                receiver(**kwargs)
        except Exception:
            logger.exception("Could not tell which URLs to purge")

    return careful


@_harmless
def purge_moved(instance: Any, url_path_before: str, url_path_after: str, **kwargs: Any) -> None:
    """The old and the new URLs of a page and of those below it; none if its place has changed among its siblings."""
    if url_path_before != url_path_after and not _does_wagtail(post_page_move):
        _purge(instance, _both_urls(instance, url_path_before, url_path_after))


@_harmless
def purge_renamed(instance: Any, instance_before: Any, **kwargs: Any) -> None:
    """The same for a new slug, except for the page's new URL: publishing it, Wagtail purges that."""
    if _does_wagtail(page_slug_changed):
        return
    before, after = instance_before.url_path, instance.url_path
    own = PurgeBatch()
    own.add_page(instance)
    _purge(instance, _both_urls(instance, before, after) - own.urls)


@_harmless
def purge_deleted(instance: Any, using: str, **kwargs: Any) -> None:
    """The URLs of a page that is about to go, published or not: Wagtail may have marked it as unpublished by now.

    This comes for each page below it as well.
    """
    batch = PurgeBatch()
    batch.add_page(instance)
    _purge(instance, batch.urls, using)


@_harmless
def purge_restricted(instance: Any, using: str, raw: bool = False, **kwargs: Any) -> None:
    """The URLs of a page that not everybody may see any more, and of those below it."""
    if not raw:
        batch = PurgeBatch()
        batch.add_pages(_published(instance.page))
        _purge(instance, batch.urls, using)


def _published(page: Any) -> Iterable[Any]:
    """The page and those below it that had a URL; two queries and one per page type."""
    found = get_page_model().objects.descendant_of(page, inclusive=True).live()
    return found.defer_streamfields().specific(defer=True).iterator()


def _both_urls(page: Any, before: str, after: str) -> set[str]:
    batch = PurgeBatch()
    for below in _published(page):
        batch.add_page(below)
        if below.url_path.startswith(after):
            below.url_path = before + below.url_path[len(after) :]
            batch.add_page(below)
    return set(batch.urls)


def _does_wagtail(signal: Signal) -> bool:
    """Whether this version of Wagtail listens to the signal itself, as versions after 8.0 do."""
    for _, reference, *_ in signal.receivers:
        receiver = reference() if isinstance(reference, ReferenceType) else reference
        if str(getattr(receiver, "__module__", "")).startswith(f"{FRONTEND_CACHE}."):
            return True
    return False


class _UrlsAtCommit:
    """The URLs of consecutive changes under the same savepoints; called at the commit."""

    def __init__(self) -> None:
        self.urls: set[str] = set()

    def __call__(self) -> None:
        urls, self.urls = self.urls, set()
        try:
            delivery.purge_urls(urls)
        except Exception:
            logger.exception("Could not have %d URLs purged", len(urls))


def _purge(instance: Any, urls: Iterable[str], using: str | None = None) -> None:
    connection: Any = connections[using or instance._state.db or "default"]
    for savepoints, hook, *_ in connection.run_on_commit:
        if (
            isinstance(hook, _UrlsAtCommit)
            and hook.urls
            and savepoints == set(connection.savepoint_ids)
        ):
            hook.urls.update(urls)
            return
    hook = _UrlsAtCommit()
    hook.urls.update(urls)
    if hook.urls:
        connection.on_commit(hook)

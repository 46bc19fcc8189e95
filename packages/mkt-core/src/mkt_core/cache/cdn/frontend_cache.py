"""Wagtail's purging of URLs as a receiver: all backends of ``WAGTAILFRONTENDCACHE``, with their hosts and languages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

from django.conf import settings
from wagtail.contrib.frontend_cache.tasks import purge_urls_from_cache_task

from ...conf import core_settings
from .base import PurgeFailed, Undelivered
from .purge import Purge

# Wagtail's backend for Cloudflare uses both.
_LOGGERS = ("wagtail.frontendcache", "")


def is_used() -> bool:
    """Whether the site has a cache that Wagtail purges by URL, and wants more of that."""
    names = ("WAGTAILFRONTENDCACHE", "WAGTAILFRONTENDCACHE_LOCATION")
    return any(getattr(settings, name, None) for name in names) and bool(
        not core_settings.problems() and core_settings.current.CACHE_CDN_URLS
    )


class FrontendCache:
    """Does in this thread what Wagtail's own task does."""

    def deliver(self, purge: Purge) -> None:
        """Purge the URLs.

        Raises:
            Undelivered: a backend has failed; all of them are to be told again.
        """
        try:
            with _errors_noticed() as errors:
                purge_urls_from_cache_task.call(sorted(purge.urls))
        except Exception as error:
            raise Undelivered(purge, error) from error
        if errors:
            raise Undelivered(
                purge,
                PurgeFailed("a backend of wagtail.contrib.frontend_cache has logged an error"),
            )


class _Witness(logging.Handler):
    """Notes errors that this thread logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []
        self._thread = get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.errors.append(record.name)


@contextmanager
def _errors_noticed() -> Iterator[list[str]]:
    """Wagtail's backends do not raise when a cache does not answer, they log it, and that would be the end of it."""
    witness = _Witness()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addHandler(witness)
    try:
        yield witness.errors
    finally:
        for logger in loggers:
            logger.removeHandler(witness)

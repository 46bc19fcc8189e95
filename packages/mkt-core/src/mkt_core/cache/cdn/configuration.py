"""The receivers of purges that the settings name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from ...conf import core_settings
from .base import TagBackend
from .purge import Purge

logger = logging.getLogger(__name__)

BACKEND = "BACKEND"
#: The receiver that is none of ours: URLs for whatever ``WAGTAILFRONTENDCACHE`` names.
FRONTEND_CACHE = "wagtail.contrib.frontend_cache"


class Receiver(Protocol):
    """Somebody who is told purges."""

    def deliver(self, purge: Purge) -> None:
        """Tell all of ``purge``; blocks. Raises ``Undelivered``."""


def backend_class(params: Mapping[str, Any]) -> type[TagBackend]:
    """The class that an entry of ``CACHE_CDN`` names.

    Raises:
        ImproperlyConfigured: there is none; the text says why and goes on from "… ['BACKEND']".
    """
    path = params.get(BACKEND)
    if not isinstance(path, str):
        raise ImproperlyConfigured("is missing")
    try:
        found = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"cannot be imported: {error}") from error
    if not (isinstance(found, type) and issubclass(found, TagBackend)):
        raise ImproperlyConfigured(f"is {path}, which is no mkt_core.cache.cdn.base.TagBackend")
    return found


def options_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without the name of its class."""
    return {name: value for name, value in params.items() if name != BACKEND}


@lru_cache(maxsize=1)
def backends() -> Mapping[str, TagBackend]:
    """The CDNs in the settings by name. One that cannot be made is left out: a system check says why."""
    found = {}
    for name, params in core_settings.current.CACHE_CDN.items():
        try:
            found[name] = backend_class(params)(name, options_of(params))
        except Exception as error:  # noqa: BLE001
            # The text may hold a secret.
            logger.error("The CDN %r cannot be used (%s): run the checks", name, _kind(error))
    return found


def _kind(error: Exception) -> str:
    return type(error).__name__


@lru_cache(maxsize=1)
def headers_read() -> tuple[str, ...]:
    """The headers in which the CDNs read tags, each once."""
    return tuple(dict.fromkeys(backend.header for backend in backends().values()))


def receiver(name: str) -> Receiver | None:
    """Who is called ``name``; None if the settings no longer say."""
    if name == FRONTEND_CACHE:
        from .frontend_cache import FrontendCache

        return FrontendCache()
    return backends().get(name)


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "MKT_CORE":
        backends.cache_clear()
        headers_read.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.cache.cdn.configuration")

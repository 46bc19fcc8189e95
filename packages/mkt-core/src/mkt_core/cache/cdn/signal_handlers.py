"""Hearing of changes."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from ...conf import core_settings
from ...signals import tags_bumped
from . import delivery
from .configuration import FRONTEND_CACHE

_UID = "mkt_core.cache.cdn"


def connect() -> None:
    """Tell the CDNs in the settings from now on. Doing it twice changes nothing."""
    tags_bumped.connect(purge_tags, dispatch_uid=_UID)
    if apps.is_installed(FRONTEND_CACHE):
        from . import pages

        pages.connect()


def purge_tags(tags: frozenset[str], **kwargs: Any) -> None:
    """What the response cache has just been told, after the commit."""
    if core_settings.current.CACHE_CDN and not delivery.is_handing_over():
        delivery.purge_tags(tags)

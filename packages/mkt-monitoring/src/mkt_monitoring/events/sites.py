"""Which Wagtail site a host is, without asking the database each time."""

from __future__ import annotations

import time
from typing import Any

from django.apps import apps
from django.db import DatabaseError

TTL_SECONDS = 60.0

_known: tuple[float, dict[str, int], int] = (float("-inf"), {}, 0)


def site_id_of(host: str) -> int:
    """The primary key of the site with this host name, or of the default site; 0 without either.

    One query a minute in each process.
    """
    global _known
    if time.monotonic() >= _known[0]:
        _known = (time.monotonic() + TTL_SECONDS, *_read())
    return _known[1].get(host, _known[2])


def forget(**kwargs: Any) -> None:
    """Read them again: one has changed."""
    global _known
    _known = (float("-inf"), {}, 0)


def _read() -> tuple[dict[str, int], int]:
    if not apps.is_installed("wagtail"):
        return {}, 0
    from wagtail.models import Site

    try:
        rows = list(Site.objects.order_by("pk").values_list("hostname", "pk", "is_default_site"))
    except DatabaseError:
        # Tried again in a minute; what was known before is still the best guess.
        return _known[1], _known[2]
    default = next((pk for _, pk, is_default in rows if is_default), 0)
    return {host.lower(): pk for host, pk, _ in reversed(rows)}, default

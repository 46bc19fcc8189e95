"""Which pages are read most: for lists of popular posts."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import Sum
from django.utils import timezone

from mkt_core.cache import declared, expire_at

from ..days import today
from .options import event_options

logger = logging.getLogger(__name__)

CACHE_SECONDS = 300
#: How long a database that could not be read is not asked again.
FAILED_SECONDS = 30


def popular_page_ids(site: Any = None, *, days: int = 7, limit: int = 10) -> list[int]:
    """Primary keys of pages by their views in the last ``days``, today included; the most viewed first.

    ``site`` is a Wagtail site or its primary key, or None for all. One query on the table of days, and none for five
    minutes after that. Pages may have been unpublished or deleted since: filter by what may be seen. Empty,
    with a warning in the log, while the events' database cannot be read. mkt_core's response cache is told how long
    a response with them may be kept.
    """
    expire_at(timezone.now() + timedelta(seconds=CACHE_SECONDS))
    site_id = getattr(site, "pk", site)
    key = f"mkt_monitoring.popular:{site_id}:{days}:{limit}"
    found = cache.get(key)
    if not isinstance(found, list):
        found, seconds = _read_or_nothing(site_id, days, limit)
        cache.set(key, found, seconds)
    return found


def _read_or_nothing(site_id: int | None, days: int, limit: int) -> tuple[list[int], int]:
    """What was read, and how long it may be kept."""
    try:
        # A response that shows it need not be made anew with every view that is counted.
        with declared():
            return _read(site_id, days, limit), CACHE_SECONDS
    except DatabaseError:
        logger.warning("The views of pages could not be read; none is popular", exc_info=True)
        return [], FAILED_SECONDS


def _read(site_id: int | None, days: int, limit: int) -> list[int]:
    from ..models import EventDay

    rows = EventDay.objects.using(event_options().DATABASE).filter(
        day__gt=today() - timedelta(days=days),
        event="page_view",
        dimension="page",
        page_id__gt=0,
    )
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    ranked = rows.values("page_id").annotate(views=Sum("count")).order_by("-views", "page_id")
    return list(ranked.values_list("page_id", flat=True)[:limit])

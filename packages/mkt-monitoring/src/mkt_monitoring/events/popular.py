"""Which pages are read most: for lists of popular posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Sum

from ..days import today
from .options import event_options

CACHE_SECONDS = 300


def popular_page_ids(site: Any = None, *, days: int = 7, limit: int = 10) -> list[int]:
    """Primary keys of pages by their views in the last ``days``, today included; the most viewed first.

    ``site`` is a Wagtail site or its primary key, or None for all. One query on the table of days, and none for five
    minutes after that. Pages may have been unpublished or deleted since: filter by what may be seen.
    """
    site_id = getattr(site, "pk", site)
    key = f"mkt_monitoring.popular:{site_id}:{days}:{limit}"
    found = cache.get(key)
    if not isinstance(found, list):
        found = _read(site_id, days, limit)
        cache.set(key, found, CACHE_SECONDS)
    return found


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

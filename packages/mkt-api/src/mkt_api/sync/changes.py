"""Which pages a copy has to look at again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from mkt_core.compat import get_page_model

from ..fields.pages import paths_above
from ..models import PageChange
from .tokens import Mark

# A change is written before it is committed, so one with a smaller number may become known later.
OVERLAP = timedelta(minutes=2)


def latest_change() -> int:
    """The number of the newest change; one query."""
    found: int | None = PageChange.objects.aggregate(latest=Max("pk"))["latest"]
    return found or 0


def oldest_known(days: int) -> datetime:
    """Changes before are forgotten."""
    return timezone.now() - timedelta(days=days)


def changes_since(mark: Mark, roots: list[str]) -> QuerySet[PageChange]:
    """The changes of a site that a copy has not been told of, and some that it may have been; oldest first."""
    if not roots:
        return PageChange.objects.none()
    of_site = Q()
    for root in roots:
        # A section above the site concerns it, too.
        of_site |= Q(path__startswith=root) | Q(path__in=paths_above(root), is_section=True)
    new = Q(pk__gt=mark.change) | Q(at__gte=mark.moment - OVERLAP)
    return PageChange.objects.filter(of_site, new, pk__gt=mark.after).order_by("pk")


def pages_of(changes: list[PageChange]) -> set[int]:
    """Keys of the pages that the changes are about; one query if sections are among them."""
    keys = {change.page_id for change in changes}
    sections = Q()
    for change in changes:
        if change.is_section:
            sections |= Q(path__startswith=change.path)
    if sections:
        pages: Any = get_page_model()._base_manager
        keys |= set(pages.filter(sections).values_list("pk", flat=True))
    return keys


def come_and_gone(since: datetime, resources: Any, request: Any) -> set[int]:
    """Keys of pages that time alone has shown or hidden; one query, and one for each type with dates of its own."""
    now = timezone.now()
    pages: Any = get_page_model()._base_manager.filter(live=True)
    passed = Q(expire_at__gt=since, expire_at__lte=now) | Q(
        go_live_at__gt=since, go_live_at__lte=now
    )
    keys = set(pages.filter(passed).values_list("pk", flat=True))
    for resource in resources:
        for name in resource.due:
            found = resource.model._base_manager.filter(
                **{f"{name}__gt": since, f"{name}__lte": now}
            )
            keys |= set(found.values_list("pk", flat=True))
    return keys

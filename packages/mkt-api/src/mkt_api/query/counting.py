"""How many objects a list has, as exactly as the client wants to know."""

from __future__ import annotations

import json
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.utils.translation import gettext as _

COUNT_CHOICES = ("none", "estimate", "exact")
# Below, PostgreSQL's guess is not trusted: to count so few takes next to nothing.
EXACT_BELOW = 2_000


def parse_count(text: str) -> str:
    if text not in COUNT_CHOICES:
        raise ValueError(_("must be “none”, “estimate” or “exact”."))
    return text


def count(queryset: QuerySet[Any], how: str) -> int | None:
    """None, what PostgreSQL's planner expects, or the true number; at most two queries.

    Other databases than PostgreSQL always count.
    """
    if how == "none":
        return None
    plain = queryset.order_by()
    if how == "estimate" and connections[plain.db].vendor == "postgresql":
        expected = _expected(plain)
        if expected is not None and expected >= EXACT_BELOW:
            return expected
    return plain.count()


def _expected(queryset: QuerySet[Any]) -> int | None:
    try:
        plan = json.loads(queryset.values("pk").explain(format="json"))
        return int(plan[0]["Plan"]["Plan Rows"])
    except (ValueError, LookupError, TypeError):
        return None

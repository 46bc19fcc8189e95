"""Rows that one process at a time works on."""

from __future__ import annotations

from typing import TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def unlocked(rows: QuerySet[M]) -> QuerySet[M]:
    """Those that no other process is at, locked until the transaction ends.

    Where the database cannot skip locked rows it waits for them; SQLite locks more than rows, and by itself.
    """
    features = connections[rows.db].features
    if not features.has_select_for_update:
        return rows
    return rows.select_for_update(skip_locked=features.has_select_for_update_skip_locked)

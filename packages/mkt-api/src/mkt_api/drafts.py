"""Saves of live pages and snippets that readers see nothing of."""

from __future__ import annotations

from collections.abc import Collection

# What Wagtail writes into a live page or snippet when only a draft of it is saved.
_COLUMNS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
    }
)


def concerns_draft_only(update_fields: Collection[str] | None) -> bool:
    """Whether a save with these ``update_fields`` (None or none: all) leaves what readers see as it was."""
    return bool(update_fields) and _COLUMNS.issuperset(update_fields or ())

"""Blocks that posts hold in the database, whether or not they are registered."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import DatabaseError, connections, router

from .post_models import post_models

# Posts that a message names.
EXAMPLES = 3
# Rows in memory at a time.
BATCH_ROWS = 500
# The databases know the names of the top-level blocks of every post, without a body leaving them.
_NAMES = {
    "postgresql": (
        "SELECT DISTINCT item ->> 'type' FROM {table} post,"
        " jsonb_array_elements(CASE jsonb_typeof(post.{column}::jsonb) WHEN 'array'"
        " THEN post.{column}::jsonb ELSE '[]'::jsonb END) item"
    ),
    "sqlite": (
        "SELECT DISTINCT json_extract(item.value, '$.type') FROM {table} post,"
        " json_each(CASE WHEN json_valid(post.{column}) THEN post.{column} ELSE '[]' END) item"
    ),
}


@dataclass(slots=True)
class Found:
    """Posts that hold a block: how many, and a few by title and key."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, title: str, key: Any) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"“{title}” ({key})")


def unregistered_blocks(databases: Iterable[str]) -> Iterator[tuple[Any, dict[str, Found]]]:
    """Each post class whose posts hold blocks that are not registered, with these blocks by name.

    Looks at the top level of the bodies of all posts, not into revisions. One query for each class on PostgreSQL and
    SQLite, answered inside of the database. Only where that finds something are the posts looked through, in batches of
    ``BATCH_ROWS``; so too on other databases.
    """
    for model in post_models():
        alias = router.db_for_read(model)
        if alias not in databases:
            continue
        try:
            known = set(model._meta.get_field("body").stream_block.child_blocks)
            names = _stored_names(model, alias)
            unknown = None if names is None else names - known
            if (unknown is None or unknown) and (found := _look_through(model, alias, known)):
                yield model, found
        except (AttributeError, DatabaseError, FieldDoesNotExist, ImproperlyConfigured):
            # No table yet, or a body of another kind: other checks speak of it, or nobody need to.
            continue


def _stored_names(model: Any, alias: str) -> set[str] | None:
    """The names of all blocks stored, or None where the database cannot tell."""
    connection = connections[alias]
    statement = _NAMES.get(connection.vendor)
    if statement is None:
        return None
    quote = connection.ops.quote_name
    body = model._meta.get_field("body")
    table, column = body.model._meta.db_table, body.column
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=quote(table), column=quote(column)))
        return {name for (name,) in cursor.fetchall() if name is not None}


def _look_through(model: Any, alias: str, known: set[str]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for key, title, body in _rows(model, alias):
        for name in sorted(_names(body) - known):
            found.setdefault(name, Found()).add(title, key)
    return found


def _rows(model: Any, alias: str) -> Iterator[tuple[Any, str, str]]:
    from django.db.models import TextField
    from django.db.models.functions import Cast

    # As text: as a body it would come without the blocks that are looked for.
    rows = (
        model._base_manager.using(alias)
        .annotate(mkt_blog_raw_body=Cast("body", TextField()))
        .order_by("pk")
        .values_list("pk", "title", "mkt_blog_raw_body")
    )
    batch = list(rows[:BATCH_ROWS])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH_ROWS])


def _names(body: str | None) -> set[str]:
    try:
        blocks = json.loads(body or "[]")
    except ValueError:
        return set()
    return {str(block["type"]) for block in blocks if isinstance(block, dict) and block.get("type")}

"""The ranking of Wagtail's search on SQLite, in time that grows with the matches and not with their square.

For the statement that the backend writes, SQLite looks the words up once more for each row that matches: a common word
takes minutes among 10,000 pages. Here the words are looked up once, and what matches is joined to the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from ..cache import reading

# CROSS JOIN, because SQLite keeps its order: the words come first. The score is that of the backend, the best lowest.
_RANKED = """
    WITH hits AS MATERIALIZED (
        SELECT rowid AS entry_id, bm25({fts}) AS score FROM {fts} WHERE {fts} MATCH %s
    )
    SELECT CAST(entry.object_id AS INTEGER) AS pk
    FROM hits CROSS JOIN {entries} entry ON entry.id = hits.entry_id
    WHERE entry.content_type_id IN ({types}) AND CAST(entry.object_id AS INTEGER) IN ({rows})
    ORDER BY hits.score * (entry.title_norm + 1.0), 1 DESC
    LIMIT %s
"""


def is_in_charge(results: Any, rows: QuerySet[Any]) -> bool:
    """Whether ``results`` come from the full text index of SQLite, in which the rows stand by number."""
    connection = connections[rows.db]
    if connection.vendor != "sqlite":
        return False
    from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchResults

    is_number = rows.model._meta.pk.db_type(connection) in ("integer", "bigint")
    return is_number and isinstance(results, SQLiteSearchResults)


def best_keys(rows: QuerySet[Any], words: Sequence[str], limit: int) -> list[int]:
    """Primary keys of ``rows`` that have all ``words`` in their indexed texts, best first; two queries."""
    from modelsearch.conf import get_app_config
    from modelsearch.utils import get_descendants_content_types_pks

    app = get_app_config()
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    types = get_descendants_content_types_pks(rows.model)
    keys: Any = rows.order_by().values("pk")
    try:
        chosen, values = keys.query.get_compiler(using=rows.db).as_sql()
    except EmptyResultSet:
        return []
    statement = _RANKED.format(
        fts=quote(app.get_model("SQLiteFTSIndexEntry")._meta.db_table),
        entries=quote(app.get_model("IndexEntry")._meta.db_table),
        types=", ".join(["%s"] * len(types)),
        rows=chosen,
    )
    # Each word is a quoted string of the index's own language, in which nothing is an operator.
    match = " AND ".join(f'"{word}"' for word in words)
    parameters = [f"{{title body}} : ({match})", *types, *values, limit]
    with reading(keys), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [pk for (pk,) in cursor.fetchall()]

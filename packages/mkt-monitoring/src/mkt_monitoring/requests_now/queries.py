"""Slow queries: noted by the process that asked, and shown with the requests.

They are rows of the same tables, told apart by their route: one statement writes both, and one query reads them. Of a
query only its text is kept, without the values in it; nothing is looked at before the thread that writes it.
"""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache
from time import time
from typing import NamedTuple

from ..registry import dropped
from . import recording

#: What the route of such a row begins with. No route of a request has a space there.
PREFIX = "query "
#: Statements of one minute; those beyond are added up as one for each database.
STATEMENTS = 50
OTHER_STATEMENTS = "(other)"
#: Queries that wait to be added up.
LIMIT = 2_000
#: Of a statement, so much is looked at, and kept.
_READ, _KEPT = 5_000, 200

# In one pass, so that a quote in a comment begins no text and a text with "--" is no comment. What is not closed ends
# with the statement: it may have been cut.
_PARTS = re.compile(
    r"""
      (?P<identifier>"(?:[A-Za-z_][\w$.]{0,62})")
    | (?P<value>
        \$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)
      | [eE]'(?:[^'\\]|''|\\.)*(?:'|\Z)
      | (?:\b[xXbBnN])?'(?:[^']|'')*(?:'|\Z)
      | "(?:[^"]|"")*(?:"|\Z)
      | (?<![\w$%])(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)
      )
    | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    """,
    re.VERBOSE | re.DOTALL,
)
_LISTS = re.compile(
    r"\(\s*(?:\?|%s)(?:\s*,\s*(?:\?|%s))*\s*\)(?:\s*,\s*\(\s*(?:\?|%s)(?:\s*,\s*(?:\?|%s))*\s*\))*"
)
_COLUMNS = re.compile(r"(?<=SELECT )(?:DISTINCT )?[^()]{40,}?(?= FROM )")


class SlowQuery(NamedTuple):
    """One query: when it ended (seconds of the clock), its database, its text, its seconds."""

    ended: float
    alias: str
    statement: object
    seconds: float


_pending: deque[SlowQuery] = deque()


def note(alias: str, statement: object, seconds: float) -> None:
    """Note a slow query. Waits for nobody; nothing in a process that has answered no request."""
    if not recording.is_running():
        return
    if len(_pending) >= LIMIT:
        dropped.labels("queries_buffer").inc()
        return
    _pending.append(SlowQuery(time(), alias, statement, seconds))


def drain() -> list[SlowQuery]:
    """What was noted since the last call."""
    found = []
    while _pending:
        found.append(_pending.popleft())
    return found


def route_of(query: SlowQuery) -> str:
    """What its row is called."""
    return f"{PREFIX}{query.alias[:40]} {without_values(query.statement)}"


def parts_of(route: str) -> tuple[str, str]:
    """The database and the statement of such a row."""
    alias, _space, statement = route.removeprefix(PREFIX).partition(" ")
    return alias, statement


def without_values(statement: object) -> str:
    """At most 200 characters of a statement, with "?" for every value, and long lists made short.

    Composed statements of psycopg and bytes are not looked into: "(other)".
    """
    return _without_values(statement[:_READ]) if isinstance(statement, str) else OTHER_STATEMENTS


@lru_cache(maxsize=256)
def _without_values(statement: str) -> str:
    text = _PARTS.sub(_replaced, statement)
    text = " ".join(text.split())
    text = _COLUMNS.sub("…", _LISTS.sub("(…)", text))
    text = text if len(text) <= _KEPT else f"{text[: _KEPT - 1]}…"
    return text.replace("\x00", "") or OTHER_STATEMENTS


def _replaced(match: re.Match[str]) -> str:
    if match["identifier"]:
        return match[0]
    return " " if match["comment"] else "?"

"""``analyse(sql)``: from the text of a statement to what it reads or writes. Pure, and safe with any text."""

from __future__ import annotations

from collections.abc import Callable

from .changes import parse_delete, parse_insert, parse_update
from .lexer import Item, Token, Unsure, nested, tokens
from .queries import parse_query
from .statements import (
    Nothing,
    SchemaChange,
    Statement,
    UncertainRead,
    UncertainWrite,
)

_NOTHING_LIST = """
    BEGIN START COMMIT END ROLLBACK SAVEPOINT RELEASE ABORT SET RESET SHOW PRAGMA EXPLAIN
    ANALYZE VACUUM LOCK LISTEN NOTIFY UNLISTEN DISCARD DECLARE FETCH MOVE CLOSE PREPARE
    DEALLOCATE CHECKPOINT COMMENT GRANT REVOKE
"""
_NOTHING = frozenset(_NOTHING_LIST.split())
_SCHEMA = frozenset(
    ["CREATE", "ALTER", "DROP", "TRUNCATE", "REINDEX", "ATTACH", "DETACH", "REFRESH", "IMPORT"]
)
_WRITING = frozenset(["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"])
_PARSERS: dict[str, Callable[[str, tuple[Item, ...]], Statement]] = {
    "INSERT": parse_insert,
    "UPDATE": parse_update,
    "DELETE": parse_delete,
}


def analyse(sql: str) -> Statement:
    """What ``sql`` reads or writes; never raises for a text that it does not understand."""
    sql = sql.strip().rstrip(";")
    found = list(tokens(sql))
    words = {token.text for token in found if token.kind == "word"}
    first = next((token.text for token in found if token.kind == "word"), "")
    if first in _NOTHING or not found:
        return Nothing()
    if first in _SCHEMA:
        return SchemaChange()
    if any(token.kind == "operator" and token.text == ";" for token in found):
        return _uncertain_write(found)
    if first in _PARSERS:
        try:
            return _PARSERS[first](sql, nested(found))
        except Unsure:
            return _uncertain_write(found)
    if first == "SELECT":
        return _query(found, words)
    if first in ("WITH", "VALUES", "TABLE") and not words & _WRITING:
        return _uncertain_read(found)
    return _uncertain_write(found)


def _query(found: list[Token], words: set[str]) -> Statement:
    if "INTO" in words:  # SELECT … INTO makes a table.
        return SchemaChange()
    try:
        return parse_query(nested(found))
    except (Unsure, RecursionError):
        return _uncertain_read(found)


def _uncertain_read(found: list[Token]) -> UncertainRead:
    names, tables = _identifiers(found)
    has_source = any(token.kind == "word" and token.text in ("FROM", "TABLE") for token in found)
    return UncertainRead(names, tables, has_source)


def _uncertain_write(found: list[Token]) -> UncertainWrite:
    return UncertainWrite(*_identifiers(found))


def _identifiers(found: list[Token]) -> tuple[frozenset[str], frozenset[str]]:
    names, tables = set(), set()
    before = ""
    for token in found:
        if token.kind in ("name", "word"):
            name = token.text if token.kind == "name" else token.text.lower()
            names.add(name)
            if before in ("FROM", "JOIN", "INTO", "UPDATE", "TABLE"):
                tables.add(name)
        before = token.text if token.kind == "word" else ""
    return frozenset(names), frozenset(tables)

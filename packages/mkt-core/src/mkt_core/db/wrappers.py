"""What happens around the statements on the connections of primary and replicas."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.db.backends.signals import connection_created

from .group import Group, current_group
from .routing import current_routing
from .watching import IS_WATCH

logger = logging.getLogger(__name__)

_BEGINNING = re.compile(r"(?:\s|\(|/\*.*?\*/|--[^\n]*\n)*([A-Za-z]+)", re.DOTALL)
_CHANGES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)
_TARGET = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"([^"]+)"', re.IGNORECASE)
_READS = {"SELECT", "VALUES", "TABLE", "EXPLAIN", "SHOW", "DECLARE", "FETCH", "CLOSE"}
_SESSION = {"SET", "RESET", "DISCARD", "DEALLOCATE", "LISTEN", "UNLISTEN", "PRAGMA"}
_TRANSACTION = {"BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"}
_HARMLESS = frozenset(_READS | _SESSION | _TRANSACTION)
# The server is shutting down, or is not there yet.
_GOING = ("57P01", "57P02", "57P03")
# What the primary has changed stands in the way of a query on the replica.
_CONFLICT = "40001"
_BOUNDED = "_mkt_is_bounded"


def install() -> None:
    """Watch all connections, those that are open included. Doing it twice changes nothing."""
    connection_created.connect(_prepare, dispatch_uid="mkt_core.db")
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            _prepare(connection)


def is_write(sql: Any) -> bool:
    """Whether a statement changes rows or tables; one that cannot be read does."""
    if not isinstance(sql, str):
        return True
    if sql.startswith("SELECT "):
        return False
    found = _BEGINNING.match(sql)
    word = found[1].upper() if found else ""
    if word == "WITH":
        return _CHANGES.search(sql) is not None
    return word not in _HARMLESS


class PrimaryWrapper:
    """Notes writes: an ``execute_wrapper`` for a connection to the primary."""

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        routing = current_routing()
        if routing is not None and is_write(sql):
            exempt = current_group().exempt_tables
            target = _TARGET.match(sql) if exempt and isinstance(sql, str) else None
            routing.note_write(must_pin=target is None or target[1] not in exempt)
        return execute(sql, params, many, context)


class ReplicaWrapper:
    """Sends a read that fails because of the replica to the primary: an ``execute_wrapper`` for the replica's."""

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        try:
            return execute(sql, params, many, context)
        except (OperationalError, InterfaceError) as error:
            connection = context["connection"]
            routing = current_routing()
            if routing is None or routing.replica != connection.alias or connection.in_atomic_block:
                # Whoever asks a certain database wants no other.
                raise
            group = current_group()
            if _is_gone(connection, error):
                group.failed(connection.alias, error)
            elif _state_of(error) != _CONFLICT:
                raise
            logger.warning(
                "A read failed on %s, the primary answers it: %s", connection.alias, error
            )
            routing.may_use_replicas = False
            return _ask_primary(group, sql, params, many, context)


def _ask_primary(group: Group, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """The same on the primary, whose cursor takes the place of the replica's."""
    primary = connections[group.primary_alias]
    failed = context["cursor"]
    is_chunked = getattr(failed.cursor, "name", None) is not None
    cursor = primary.chunked_cursor() if is_chunked else primary.cursor()
    answer = cursor.executemany(sql, params) if many else cursor.execute(sql, params)
    failed.cursor = cursor.cursor
    return answer


def _is_gone(connection: Any, error: Exception) -> bool:
    return (
        connection.connection is None
        or bool(getattr(connection.connection, "closed", False))
        or _state_of(error) in _GOING
    )


def _state_of(error: Exception) -> str:
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def _prepare(connection: Any, **kwargs: Any) -> None:
    if getattr(connection, IS_WATCH, False):
        return
    group = current_group()
    if connection.alias == group.primary_alias and group.replicas:
        _wrap(connection, PrimaryWrapper)
    elif connection.alias in group.replicas:
        _wrap(connection, ReplicaWrapper)
        if connection.vendor == "postgresql":
            _bound(connection, group)


def _wrap(connection: Any, kind: type[Any]) -> None:
    if not any(isinstance(wrapper, kind) for wrapper in connection.execute_wrappers):
        connection.execute_wrappers.append(kind())


def _bound(connection: Any, group: Group) -> None:
    """Let nobody wait for a replica that the watch knows to be silent, nor use one that has gone back in time.

    Raises:
        OperationalError: it has replayed less than the watch has seen; it was restarted just now.
    """
    raw = connection.connection
    if raw is None or not hasattr(raw, "wait") or getattr(raw, _BOUNDED, False):
        return
    replica = group.replicas[connection.alias]
    original = raw.wait

    def wait(generator: Any, *args: Any, **kwargs: Any) -> Any:
        return original(_while_not_silent(generator, raw, replica, group), *args, **kwargs)

    raw.wait = wait
    setattr(raw, _BOUNDED, True)
    if replica.replayed:
        found = raw.execute(
            "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn",
            [replica.replayed],
        ).fetchone()
        if not raw.autocommit:
            raw.rollback()
        if not found[0]:
            raise OperationalError(f"{connection.alias} lacks what it had before")


def _while_not_silent(
    generator: Any, raw: Any, replica: Any, group: Group
) -> Generator[Any, Any, Any]:
    """Pass everything on to psycopg's generator, until it waits in vain."""
    try:
        wanted = next(generator)
        while True:
            ready = yield wanted
            # Nothing has come for the tenth of a second after which psycopg looks up.
            if not ready:
                # The watch has to outlast a query of minutes, or it would seem to be silent.
                group.keep_watching()
                if replica.is_silent:
                    raw.pgconn.finish()
                    raise _silence_of(replica.alias)
            wanted = generator.send(ready)
    except StopIteration as end:
        return end.value


def _silence_of(alias: str) -> Exception:
    from psycopg import OperationalError as PsycopgError

    return PsycopgError(f"{alias} does not answer")

"""System checks of databases, replicas and their pools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from ..conf import CoreSettings, core_settings
from .configuration import is_local
from .group import known_labels, weights

MIDDLEWARE = "mkt_core.db.ReplicaMiddleware"
ROUTER = "mkt_core.db.ReplicaRouter"
_CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"
_SPELLINGS = {
    "mkt_core.db.middleware.ReplicaMiddleware": MIDDLEWARE,
    "mkt_core.db.router.ReplicaRouter": ROUTER,
}
_POSITIVE = (
    "DATABASE_PIN_SECONDS",
    "DATABASE_MAX_LAG_SECONDS",
    "DATABASE_PROBE_SECONDS",
    "DATABASE_TIMEOUT_SECONDS",
)
_PGBOUNCER_PORT = "6432"


def check_replicas(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E100``, ``E101``, ``E103``, ``E104``, ``W102`` and ``W105``: what reads of replicas need."""
    try:
        conf = core_settings.current
    except ImproperlyConfigured:
        return []
    if not conf.DATABASE_REPLICAS:
        return []
    return [
        *_aliases(conf),
        *_values(conf),
        *_router(),
        *_middleware(),
        *_tests(conf),
        *_atomic_requests(conf),
    ]


def check_connections(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E107`` and ``W109``: a pool that cannot be, cursors that PgBouncer does not keep."""
    return [message for alias in _postgresql() for message in _connection(alias)]


def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W106`` and ``W108``, for ``check --deploy``: no pool, no verified TLS."""
    return [message for alias in _postgresql() for message in _deployment(alias)]


def _aliases(conf: CoreSettings) -> Iterator[CheckMessage]:
    known = f"Known aliases: {', '.join(connections)}."
    for alias in (conf.DATABASE_PRIMARY, *weights()):
        if alias not in connections:
            yield Error(
                f"MKT_CORE names the database {alias!r}, which is not in DATABASES.",
                hint=f"Correct DATABASE_PRIMARY or DATABASE_REPLICAS. {known}",
                id="mkt_core.E100",
            )
    if conf.DATABASE_PRIMARY in weights():
        yield Error(
            f"MKT_CORE['DATABASE_REPLICAS'] contains the primary, {conf.DATABASE_PRIMARY!r}.",
            hint=f"List replicas only. {known}",
            id="mkt_core.E100",
        )


def _values(conf: CoreSettings) -> Iterator[CheckMessage]:
    for name in _POSITIVE:
        if not getattr(conf, name) > 0:
            yield _wrong(name, f"is {getattr(conf, name)}", "Give a number of seconds above zero.")
    longest = (
        conf.DATABASE_MAX_LAG_SECONDS + conf.DATABASE_PROBE_SECONDS + conf.DATABASE_TIMEOUT_SECONDS
    )
    if longest > conf.DATABASE_PIN_SECONDS:
        yield _wrong(
            "DATABASE_PIN_SECONDS",
            f"is {conf.DATABASE_PIN_SECONDS}, but a replica may be {longest} s behind before it is noticed",
            "Make it at least DATABASE_MAX_LAG_SECONDS + DATABASE_PROBE_SECONDS + DATABASE_TIMEOUT_SECONDS.",
        )
    if any(weight < 1 for weight in weights().values()):
        yield _wrong(
            "DATABASE_REPLICAS", "has a share below 1", "Remove a replica that gets no reads."
        )
    labels = known_labels()
    for name in ("DATABASE_PRIMARY_MODELS", "DATABASE_PIN_EXEMPT"):
        for label in getattr(conf, name):
            # An app that is not installed is no mistake; the defaults name some that many sites do without.
            if (
                "." in label
                and label.partition(".")[0].lower() in labels
                and label.lower() not in labels
            ):
                yield _wrong(
                    name, f"names {label!r}, which is no model", "Write 'app_label.Model'."
                )
    for path in conf.DATABASE_PRIMARY_PATHS:
        if not path.startswith("/"):
            yield _wrong("DATABASE_PRIMARY_PATHS", f"has {path!r}", "Paths begin with a slash.")


def _wrong(name: str, what: str, hint: str) -> CheckMessage:
    return Error(f"MKT_CORE[{name!r}] {what}.", hint=hint, id="mkt_core.E101")


def _atomic_requests(conf: CoreSettings) -> Iterator[CheckMessage]:
    for alias in (conf.DATABASE_PRIMARY, *weights()):
        if alias in connections and connections.settings[alias].get("ATOMIC_REQUESTS"):
            yield CheckWarning(
                f"DATABASES[{alias!r}] has ATOMIC_REQUESTS, so that views read nothing from replicas.",
                hint="Remove it and decorate views that write with transaction.atomic, or do without replicas.",
                id="mkt_core.W102",
            )


def _router() -> Iterator[CheckMessage]:
    routers = [
        _SPELLINGS.get(one, one) for one in settings.DATABASE_ROUTERS if isinstance(one, str)
    ]
    if ROUTER not in routers:
        yield Error(
            "MKT_CORE['DATABASE_REPLICAS'] is set, but nothing is read from replicas: there is no ReplicaRouter.",
            hint=f"Write DATABASE_ROUTERS = [{ROUTER!r}], behind routers of your own.",
            id="mkt_core.E103",
        )


def _middleware() -> Iterator[CheckMessage]:
    names: Sequence[str] = [_SPELLINGS.get(name, name) for name in settings.MIDDLEWARE]
    if MIDDLEWARE not in names:
        message = (
            "No request reads from the replicas in MKT_CORE, because there is no ReplicaMiddleware."
        )
    elif _CACHE in names and names.index(MIDDLEWARE) > names.index(_CACHE):
        message = (
            "ReplicaMiddleware stands behind ResponseCacheMiddleware, which would store nothing."
        )
    else:
        return
    yield Error(
        message,
        hint=f"Put {MIDDLEWARE!r} in front of ResponseCacheMiddleware and of whatever queries.",
        id="mkt_core.E104",
    )


def _tests(conf: CoreSettings) -> Iterator[CheckMessage]:
    for alias in weights():
        if alias not in connections:
            continue
        if connections.settings[alias]["TEST"].get("MIRROR") != conf.DATABASE_PRIMARY:
            yield CheckWarning(
                f"DATABASES[{alias!r}] is a replica, but tests make a database of its own for it, which stays empty.",
                hint=f'Write "TEST": {{"MIRROR": {conf.DATABASE_PRIMARY!r}}}, or use mkt_core.db.postgresql().',
                id="mkt_core.W105",
            )


def _postgresql() -> Iterator[str]:
    for alias in connections:
        if connections.settings[alias]["ENGINE"].endswith("postgresql"):
            yield alias


def _connection(alias: str) -> Iterator[CheckMessage]:
    entry = connections.settings[alias]
    if entry["OPTIONS"].get("pool"):
        if entry["CONN_MAX_AGE"] != 0:
            yield Error(
                f"DATABASES[{alias!r}] has a pool and CONN_MAX_AGE; every query would fail.",
                hint="Write 'CONN_MAX_AGE': 0; the pool keeps the connections.",
                id="mkt_core.E107",
            )
        if find_spec("psycopg_pool") is None:
            yield Error(
                f"DATABASES[{alias!r}] has a pool, but psycopg_pool is not installed.",
                hint="Run: pip install 'psycopg[pool]'.",
                id="mkt_core.E107",
            )
    if _is_pgbouncer(entry) and not entry.get("DISABLE_SERVER_SIDE_CURSORS"):
        yield CheckWarning(
            f"DATABASES[{alias!r}] looks like PgBouncer, whose transaction mode loses server-side cursors.",
            hint="Write 'DISABLE_SERVER_SIDE_CURSORS': True, or use mkt_core.db.postgresql(…, pgbouncer=True). "
            "In session mode silence this message.",
            id="mkt_core.W109",
        )


def _is_pgbouncer(entry: dict[str, Any]) -> bool:
    return str(entry["PORT"]) == _PGBOUNCER_PORT or "pgbouncer" in str(entry["HOST"]).lower()


def _deployment(alias: str) -> Iterator[CheckMessage]:
    entry = connections.settings[alias]
    if not entry["OPTIONS"].get("pool") and not _is_pgbouncer(entry):
        yield CheckWarning(
            f"DATABASES[{alias!r}] has no pool: after a restart of the server, requests fail for a while.",
            hint="Use mkt_core.db.postgresql(), or give OPTIONS a 'pool' and set CONN_HEALTH_CHECKS.",
            id="mkt_core.W106",
        )
    hosts = str(entry["HOST"]).split(",")
    if not all(map(is_local, hosts)) and entry["OPTIONS"].get("sslmode") != "verify-full":
        yield CheckWarning(
            f"DATABASES[{alias!r}] is another machine whose certificate is not verified: others may listen.",
            hint="Write 'sslmode': 'verify-full' and 'sslrootcert' in OPTIONS, or use mkt_core.db.postgresql().",
            id="mkt_core.W108",
        )

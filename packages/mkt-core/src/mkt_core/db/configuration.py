"""Entries of ``DATABASES``: a pool with checks, TLS, timeouts. For settings modules; needs nothing but Python."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

#: The names of one's own machine, beside its loopback addresses and sockets.
_LOCAL_NAMES = frozenset({"", "localhost"})


def is_local(host: str) -> bool:
    """Whether a connection to ``host`` leaves the machine; sockets (``/run/postgresql``, ``@name``) do not."""
    if host in _LOCAL_NAMES or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def pool_options(
    *,
    min_size: int = 1,
    max_size: int = 10,
    timeout_seconds: float = 5.0,
    max_idle_seconds: float = 300.0,
    max_lifetime_seconds: float = 1800.0,
    max_waiting: int = 0,
) -> dict[str, Any]:
    """``OPTIONS["pool"]``: how many connections one process keeps, at least and at most.

    A request waits ``timeout_seconds`` for a free one, if no more than ``max_waiting`` wait already (0: any number).
    Give a process as many as it has threads.

    Raises:
        ValueError: there are no such sizes.
    """
    if not 0 <= min_size <= max_size or max_size < 1:
        raise ValueError(f"A pool cannot keep from {min_size} to {max_size} connections.")
    return {
        "min_size": min_size,
        "max_size": max_size,
        "timeout": timeout_seconds,
        "max_idle": max_idle_seconds,
        "max_lifetime": max_lifetime_seconds,
        "max_waiting": max_waiting,
        # Attempts to reconnect come at growing intervals for so long; after that the next request tries at once. With
        # psycopg_pool's own five minutes, a server that was away for long would be back long before it was noticed.
        "reconnect_timeout": 3.0,
    }


def postgresql(
    database: Mapping[str, Any],
    *,
    pool: Mapping[str, Any] | bool = True,
    sslmode: str | None = None,
    sslrootcert: str | None = None,
    application_name: str = "",
    connect_timeout_seconds: int = 5,
    statement_timeout_seconds: float = 30.0,
    lock_timeout_seconds: float = 10.0,
    idle_in_transaction_timeout_seconds: float = 60.0,
    replica_of: str = "",
    pgbouncer: bool = False,
) -> dict[str, Any]:
    """An entry of ``DATABASES`` made of ``database`` (ENGINE, NAME, HOST …), whose own ``OPTIONS`` win.

    ``pool``: ``pool_options(…)``, True for its defaults, False for none (``CONN_MAX_AGE`` is yours then). ``sslmode``:
    "verify-full" unless the server is on this machine; ``sslrootcert``: the file of the authority that signed its
    certificate, or "system". Timeouts of 0 are none. ``replica_of``: the alias of the primary. ``pgbouncer``: through
    PgBouncer in transaction mode, which knows no server-side cursors and takes no timeouts; set these for the role.

    Raises:
        ValueError: the engine is not PostgreSQL.
    """
    engine = database.get("ENGINE", "django.db.backends.postgresql")
    if "postg" not in engine:
        raise ValueError(f"{engine} is no PostgreSQL.")
    entry = {"ENGINE": engine, **copy.deepcopy(dict(database))}
    options: dict[str, Any] = {
        # A dead machine is noticed after a minute instead of two hours.
        "keepalives": 1,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        # libpq itself waits two seconds at least.
        "connect_timeout": 2 if replica_of else connect_timeout_seconds,
        "sslmode": sslmode or ("prefer" if is_local(str(entry.get("HOST", ""))) else "verify-full"),
    }
    options["sslmode"] = entry.get("OPTIONS", {}).get("sslmode", options["sslmode"])
    # libpq takes "system" for nothing less than verify-full.
    if sslrootcert and (sslrootcert != "system" or options["sslmode"] == "verify-full"):
        options["sslrootcert"] = sslrootcert
    if application_name:
        options["application_name"] = application_name
    if not pgbouncer:
        options["options"] = _server_options(
            read_only=bool(replica_of),
            statement_timeout=statement_timeout_seconds,
            lock_timeout=lock_timeout_seconds,
            idle_in_transaction_session_timeout=idle_in_transaction_timeout_seconds,
        )
    if pool:
        # A replica that has no connection to give is passed over.
        options["pool"] = dict(pool) if isinstance(pool, Mapping) else pool_options()
        if replica_of:
            options["pool"]["timeout"] = min(options["pool"].get("timeout", 2.0), 2.0)
        entry["CONN_MAX_AGE"] = 0
    # With a pool: each connection is looked at when it is taken out.
    entry["CONN_HEALTH_CHECKS"] = True
    entry["OPTIONS"] = {**options, **entry.get("OPTIONS", {})}
    if pgbouncer:
        entry["DISABLE_SERVER_SIDE_CURSORS"] = True
    if replica_of:
        # What has been read in part cannot be read on from the primary when the replica dies.
        entry.setdefault("DISABLE_SERVER_SIDE_CURSORS", True)
        entry["TEST"] = {"MIRROR": replica_of, **entry.get("TEST", {})}
    return entry


def _server_options(*, read_only: bool, **timeouts: float) -> str:
    given = [f"-c {name}={round(seconds * 1000)}" for name, seconds in timeouts.items()]
    if read_only:
        # A hot standby refuses writes by itself; this also holds once it has been promoted.
        given.append("-c default_transaction_read_only=on")
    return " ".join(given)

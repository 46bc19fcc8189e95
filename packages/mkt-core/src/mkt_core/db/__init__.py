"""Databases: reads from replicas, and entries of ``DATABASES`` with a pool, TLS and timeouts.

Settings modules import this package, so nothing here needs settings while it is imported.
"""

from __future__ import annotations

from .configuration import pool_options, postgresql
from .middleware import ReplicaMiddleware
from .router import ReplicaRouter
from .routing import use_primary, use_replica

__all__ = [
    "ReplicaMiddleware",
    "ReplicaRouter",
    "pool_options",
    "postgresql",
    "use_primary",
    "use_replica",
]

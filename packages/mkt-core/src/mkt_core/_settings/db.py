"""Of databases and their replicas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Keys of ``MKT_CORE``."""

    # Alias in DATABASES of the server that is written to.
    DATABASE_PRIMARY: str = "default"
    # Aliases of its streaming replicas; as a dictionary, with the share of the reads that each gets: {"replica": 1}.
    DATABASE_REPLICAS: tuple[str, ...] | Mapping[str, int] = ()
    # So long after a write, all that the visitor reads comes from the primary.
    DATABASE_PIN_SECONDS: float = 10.0
    # Cookie that says so.
    DATABASE_PIN_COOKIE: str = "mkt_pin"
    # Models ("app_label.Model", or "app_label" for all of an app) whose writes pin nobody: counters, events, and
    # sessions, which are read from the primary anyway.
    DATABASE_PIN_EXEMPT: tuple[str, ...] = ("sessions",)
    # A replica whose data is older gets no reads.
    DATABASE_MAX_LAG_SECONDS: float = 5.0
    # Every process asks each server so often how it is, in the background.
    DATABASE_PROBE_SECONDS: float = 1.0
    # A replica that takes longer to answer that gets no reads, and what is being read there is given up.
    DATABASE_TIMEOUT_SECONDS: float = 1.0
    # Models, named likewise, that are read from the primary while it answers, as the users always are. Who may log in
    # must not be known late, and Wagtail keeps what it reads of sites in a cache that all requests share.
    DATABASE_PRIMARY_MODELS: tuple[str, ...] = ("sessions", "auth", "wagtailcore.Site")
    # Requests whose path begins so read from the primary, as those to Wagtail's and Django's admin do.
    DATABASE_PRIMARY_PATHS: tuple[str, ...] = ()

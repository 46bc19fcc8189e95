"""What every store does, whatever it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from .entry import Entry

State = Literal["fresh", "stale", "miss"]
#: Why a look-up is a miss: nothing stored; a tag has moved or is unknown; past its hard limit; not an entry of ours;
#: the server is away. Empty for "fresh" and "stale".
Reason = Literal["", "absent", "changed", "expired", "unreadable", "unavailable"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The answer to a look-up.

    ``entry`` is None exactly if the state is "miss". A "stale" entry is past its soft limit only: nothing that it is
    made of has changed. ``moment`` is to be handed to ``put()`` with what is rendered because of this answer; it is
    empty while the store is unavailable, and then ``put()`` stores nothing.
    """

    state: State
    entry: Entry | None
    moment: str
    reason: Reason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """What a person wants to know about the store."""

    #: "redis", or the dotted path of the Django cache backend.
    kind: str
    available: bool
    #: Stored responses, at most ``limit`` of them counted; None: this backend cannot count them.
    entries: int | None
    #: Bytes of memory the server uses for everything it holds; None if unknown.
    memory_bytes: int | None = None
    #: Changes that could not be told to the server since this process started.
    lost_bumps: int = 0


class Store(Protocol):
    """Holds responses and knows which of them are out of date. Safe to be used by several threads; blocks.

    No method raises because of the server: it waits at most ``CACHE_SOCKET_TIMEOUT_SECONDS``, and after a timeout
    or several errors answers at once that nothing is there, until the server is back.
    """

    def look_up(self, key: str, encodings: Sequence[str] = ("identity",)) -> Lookup:
        """The response stored for ``key``, in the first of ``encodings`` that it is stored in.

        One round trip on Redis. Call it before the first query of the render.
        """

    def put(
        self,
        key: str,
        entries: Mapping[str, Entry],
        tags: Iterable[str],
        moment: str,
    ) -> bool:
        """Store one response, by encoding, unless any of ``tags`` has been bumped since ``moment``.

        It is kept until the latest ``usable_until``. Returns whether it was stored.
        """

    def bump(self, tags: Iterable[str]) -> bool:
        """Everything made of any of ``tags`` is out of date from now on. Call it after the commit.

        Returns whether the server knows. If not, the store remembers: everything from before is out of date as soon
        as the server can be reached again.
        """

    def lease(self, key: str, seconds: float) -> str | None:
        """The right to render ``key``, as a token, for at most ``seconds``; None if somebody else has it.

        While the store is unavailable everybody gets one: waiting for an entry would be in vain.
        """

    def release(self, key: str, token: str) -> None:
        """Give the right to render back; does nothing if it has run out meanwhile."""

    def clear(self) -> bool:
        """Forget all responses, and nothing else in the cache. Returns whether the server knows; as ``bump()``."""

    def add_counts(self, hour: int, counts: Mapping[str, int]) -> bool:
        """Add to the counters of an hour (since 1970), which are kept for a day. Returns whether the server knows."""

    def counts(self, hours: Sequence[int]) -> dict[str, int]:
        """The counters of these hours, added up, by name; those that are not zero."""

    def status(self, limit: int = 10_000) -> StoreStatus:
        """What the store stands on and how it is. May be slow; for people and health checks."""

    def close(self) -> None:
        """Give up the connections; they are made again when needed."""

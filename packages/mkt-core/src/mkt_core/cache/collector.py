"""What a response is made of, noted while it is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

#: Noted by every response: Wagtail keeps the sites and their root paths in a cache, where no query tells of them.
SITES_TAG = "sites"
#: Noted by every response: bumped when nobody can say what has changed.
EPOCH_TAG = "epoch"


@dataclass(slots=True)
class Collector:
    """The tags of one response, the moment it must not outlive, and why it must not be stored.

    One object is shared by every thread and task that takes part in the render, so it is changed in place.
    """

    tags: set[str] = field(default_factory=lambda: {SITES_TAG, EPOCH_TAG})
    #: The response is right until then; None: no limit is known.
    expires_at: datetime | None = None
    #: Short words like "untracked"; the response may be stored only while there is none.
    reasons: list[str] = field(default_factory=list)

    def expire_at(self, moment: datetime) -> None:
        """Lower the limit to ``moment``; a later one than known already changes nothing."""
        if self.expires_at is None or moment < self.expires_at:
            self.expires_at = moment

    def refuse(self, reason: str) -> None:
        """Keep the response out of the cache, for a reason that is told only once."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def absorb(self, other: Collector) -> None:
        """Take over what a part of this response was made of."""
        self.tags |= other.tags
        if other.expires_at is not None:
            self.expire_at(other.expires_at)
        for reason in other.reasons:
            self.refuse(reason)


_current: ContextVar[Collector | None] = ContextVar("mkt_core_cache_collector", default=None)
_is_covered: ContextVar[bool] = ContextVar("mkt_core_cache_is_covered", default=False)


def current_collector() -> Collector | None:
    """The collector of the response being rendered in this context, if any."""
    return _current.get()


def automatic_collector() -> Collector | None:
    """The collector for what is noticed without being told: None inside ``declared()`` as well."""
    return None if _is_covered.get() else _current.get()


@contextmanager
def collecting() -> Iterator[Collector]:
    """Note everything that is read inside the block. An inner block's notes count for the outer one as well."""
    collector = Collector()
    outer = _current.get()
    token = _current.set(collector)
    covered = _is_covered.set(False)
    try:
        yield collector
    finally:
        _is_covered.reset(covered)
        _current.reset(token)
        if outer is not None:
            outer.absorb(collector)


@contextmanager
def covering() -> Iterator[None]:
    """Keep automatic notes out of the current collector inside the block."""
    token = _is_covered.set(True)
    try:
        yield
    finally:
        _is_covered.reset(token)

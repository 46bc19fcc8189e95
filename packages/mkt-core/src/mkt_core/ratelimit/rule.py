"""What is allowed, and what was decided."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

#: Names are shown to clients (``RateLimit-Policy``) and are part of keys.
_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# Longer is a quota, which belongs into a database. It also keeps all numbers exact on the server (below 2**53).
_MAX_SECONDS = 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Rule:
    """``limit`` hits in ``period_seconds``, evenly spread, of which ``burst`` (default: all) may come at once.

    The algorithm is GCRA: a hit costs ``period_seconds / limit`` seconds of credit, which comes back as time passes.
    There is no window and so no edge of one: in any stretch of time at most ``most_in(seconds)`` hits are allowed.

    Without its cache a rule lets everything through (``on_failure="open"``) or nothing ("closed").

    Raises:
        ValueError: a value that cannot be meant.
    """

    name: str
    limit: int
    period_seconds: float
    burst: int | None = None
    on_failure: Literal["open", "closed"] = "open"
    #: Microseconds that one hit costs; whole, and rounded up, so that nobody gets more than ``limit``.
    interval: int = field(init=False, repr=False, compare=False, default=0)
    #: Microseconds of credit.
    tolerance: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(f"Rate limit {self.name!r}: {problem}")
        interval = ceil(self.period_seconds * 1_000_000 / self.limit)
        object.__setattr__(self, "interval", interval)
        object.__setattr__(self, "tolerance", interval * self.capacity)

    @property
    def capacity(self) -> int:
        """Hits that may come at once."""
        return self.limit if self.burst is None else self.burst

    def most_in(self, seconds: float) -> int:
        """No more hits than this are ever allowed within ``seconds``, wherever they begin."""
        return self.capacity + int(seconds * 1_000_000 // self.interval)

    def _problems(self) -> list[str]:
        found = []
        if not _NAME.fullmatch(self.name):
            found.append("a name has 1 to 64 letters, digits and . _ : -")
        if self.limit < 1 or self.capacity < 1:
            found.append("limit and burst must be 1 or more")
        if not 0 < self.period_seconds <= _MAX_SECONDS:
            found.append(f"period_seconds must be above 0 and at most {_MAX_SECONDS}")
        elif self.limit > self.period_seconds * 1_000_000:
            found.append("more than a million a second cannot be counted")
        elif self.limit >= 1 and self.capacity * self.period_seconds / self.limit > _MAX_SECONDS:
            found.append(f"a burst must have come back after {_MAX_SECONDS} seconds")
        if self.on_failure not in ("open", "closed"):
            found.append("on_failure must be 'open' or 'closed'")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to one hit."""

    rule: Rule
    allowed: bool
    #: Hits that would still be allowed at once.
    remaining: int
    #: Until nothing is used up any more.
    reset_seconds: float
    #: If refused: until the same hit is allowed, provided that there are no others. Else 0.
    retry_after_seconds: float = 0.0
    #: Whether the cache was asked in vain, and the rule's ``on_failure`` has decided.
    failed: bool = False

    @property
    def limit(self) -> int:
        """The rule's."""
        return self.rule.limit

    @property
    def next_seconds(self) -> float:
        """Until one more hit than ``remaining`` is allowed."""
        spare = self.rule.tolerance - (self.remaining + 1) * self.rule.interval
        return max(0.0, self.reset_seconds - spare / 1_000_000)

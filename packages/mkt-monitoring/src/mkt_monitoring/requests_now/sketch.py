"""Quantiles of durations in little space, that can be added up over processes and minutes.

Charles Masson, Jee E. Rim, Homin K. Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
Guarantees", PVLDB 12(12), 2019: the bucket of ``x`` is ``i = ceil(log(x) / log(g))`` with ``g = (1 + a) / (1 - a)``,
and ``2 * g**i / (g + 1)`` differs from each value in it by no more than the share ``a``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, log

#: The share by which a quantile may be wrong.
RELATIVE_ERROR = 0.01
#: Shorter and longer durations (in seconds) are counted as these, which bounds a sketch to about 1,150 buckets.
SHORTEST_SECONDS, LONGEST_SECONDS = 1e-5, 1e5


class Buckets:
    """The buckets of values from ``least`` to ``most``, for quantiles that may be wrong by ``relative_error``."""

    def __init__(self, relative_error: float, least: float, most: float) -> None:
        self._gamma = (1 + relative_error) / (1 - relative_error)
        self._per_log = 1 / log(self._gamma)
        self._least, self._most = least, most

    def of(self, value: float) -> int:
        """The bucket of a value; smaller and greater ones count as ``least`` and ``most``."""
        return ceil(log(min(max(value, self._least), self._most)) * self._per_log)

    def value(self, bucket: int) -> float:
        """What each value in the bucket is taken for."""
        return float(2 * self._gamma**bucket / (self._gamma + 1))


def bucket_at(counts: Mapping[int, int], share: float) -> int | None:
    """The bucket of the element at ``floor(share * (count - 1))`` of all that were counted, sorted; None of none."""
    return buckets_at(counts, (share,))[0]


def buckets_at(counts: Mapping[int, int], shares: Sequence[float]) -> list[int | None]:
    """``bucket_at()`` for several shares, which ascend."""
    last, seen = sum(counts.values()) - 1, 0
    if last < 0:
        return [None] * len(shares)
    found: list[int | None] = []
    buckets = iter(sorted(counts))
    bucket = -1
    for share in shares:
        rank = int(share * last)
        while seen <= rank:
            bucket = next(buckets)
            seen += counts[bucket]
        found.append(bucket)
    return found


_BUCKETS = Buckets(RELATIVE_ERROR, SHORTEST_SECONDS, LONGEST_SECONDS)
#: The bucket of a duration in seconds, and what each duration in a bucket is taken for.
bucket_of, seconds_of = _BUCKETS.of, _BUCKETS.value


class Sketch:
    """How many durations fell into which bucket."""

    __slots__ = ("counts",)

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: dict[int, int] = dict(counts or {})

    @classmethod
    def from_list(cls, flat: Sequence[int]) -> Sketch:
        """What ``as_list()`` has written: bucket, count, bucket, count …"""
        return cls(dict(zip(flat[::2], flat[1::2], strict=True)))

    def as_list(self) -> list[int]:
        """For JSON, whose objects have no numbers as keys."""
        return [number for pair in sorted(self.counts.items()) for number in pair]

    def add(self, seconds: float) -> None:
        """Count one duration."""
        bucket = bucket_of(seconds)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def merge(self, other: Sketch) -> None:
        """Count what the other one has counted, too."""
        self._merge(other.counts.items())

    def merge_list(self, flat: Sequence[int]) -> None:
        """``merge(Sketch.from_list(flat))`` without making it."""
        self._merge(zip(flat[::2], flat[1::2], strict=True))

    def _merge(self, pairs: Iterable[tuple[int, int]]) -> None:
        counts = self.counts
        for bucket, count in pairs:
            counts[bucket] = counts.get(bucket, 0) + count

    @property
    def count(self) -> int:
        """Durations in all."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> float | None:
        """The duration in seconds that ``share`` (0 to 1) of all do not exceed; None if there are none.

        Right to ``RELATIVE_ERROR`` of the element at ``floor(share * (count - 1))`` of the sorted durations.
        """
        bucket = bucket_at(self.counts, share)
        return None if bucket is None else seconds_of(bucket)

    def quantiles(self, shares: Sequence[float]) -> list[float | None]:
        """``quantile()`` for several shares, which ascend."""
        found = buckets_at(self.counts, shares)
        return [None if bucket is None else seconds_of(bucket) for bucket in found]

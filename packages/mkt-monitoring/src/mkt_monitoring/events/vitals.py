"""Quantiles of Web Vitals from the counts by day, without reading events.

Each measurement counts in a bucket of its metric and device: the dimension "vital:LCP" has values such as
"mobile:163". The buckets are those of DDSketch (see ``requests_now.sketch``): bucket ``i`` holds what is greater than
``g**(i - 1)`` and at most ``g**i``, and its middle differs by no more than ``RELATIVE_ERROR`` from all of it. At most
230 of them, so that four devices stay well below ``EVENTS["VALUES_LIMIT"]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..requests_now.sketch import Buckets, bucket_at

EVENT = "web_vital"
DIMENSION = "vital:"
#: The share by which a quantile may be wrong.
RELATIVE_ERROR = 0.025
#: Smaller and greater values count as these. CLS, which has no unit, is counted in thousandths.
SMALLEST, GREATEST = 1.0, 100_000.0

_BUCKETS = Buckets(RELATIVE_ERROR, SMALLEST, GREATEST)
_SCALES = {"CLS": 1000.0}


def bucket_of(metric: str, value: float) -> int:
    """The bucket of a measurement, in milliseconds or, of CLS, without a unit."""
    return _BUCKETS.of(value * _SCALES.get(metric, 1.0))


def value_of(metric: str, bucket: int) -> float:
    """What each measurement in the bucket is taken for."""
    if bucket <= 0:
        # Nothing is smaller: most pages have no layout shift at all.
        return 0.0
    return _BUCKETS.value(bucket) / _SCALES.get(metric, 1.0)


def quantile(metric: str, counts: Mapping[int, int], share: float) -> float | None:
    """The value that ``share`` (0 to 1) of the measurements in the buckets do not exceed; None without any."""
    bucket = bucket_at(counts, share)
    return None if bucket is None else value_of(metric, bucket)


def place_of(properties: Mapping[str, Any], device: str) -> tuple[str, str] | None:
    """The dimension and the value that a ``web_vital`` is counted by; None if it says too little."""
    metric, value = properties.get("metric"), properties.get("value")
    if not isinstance(metric, str) or not isinstance(value, (int, float)):
        return None
    return f"{DIMENSION}{metric}", f"{device}:{bucket_of(metric, value)}"

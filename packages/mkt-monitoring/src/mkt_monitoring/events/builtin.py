"""Events that every site has."""

from __future__ import annotations

from .schema import DIMENSIONS, PropertyType, register_event

DAY_SECONDS = 86_400

_URL = PropertyType(kind=str, max_length=500, required=True)
_RATINGS = ("good", "needs-improvement", "poor")


def register_all() -> None:
    """Called once, when the app is ready."""
    register_event("page_view", dimensions=DIMENSIONS, public=True)
    register_event("not_found", dimensions=("page", "referrer"), public=True)
    for name in ("outbound_click", "download"):
        register_event(name, properties={"url": _URL}, dimensions=("page", "url"), public=True)
    register_event(
        "scroll_depth",
        properties={
            "percent": PropertyType(kind=float, minimum=0, maximum=100, required=True),
        },
        value="percent",
        priority="low",
        public=True,
    )
    register_event(
        "time_on_page",
        properties={
            "seconds": PropertyType(kind=float, minimum=0, maximum=DAY_SECONDS, required=True),
        },
        value="seconds",
        priority="low",
        public=True,
    )
    register_event(
        "web_vital",
        properties={
            "metric": PropertyType(
                kind=str, choices=("LCP", "INP", "CLS", "TTFB", "FCP"), required=True
            ),
            # Milliseconds; CLS has no unit.
            "value": PropertyType(kind=float, minimum=0, maximum=600_000, required=True),
            "rating": PropertyType(kind=str, choices=_RATINGS),
        },
        dimensions=("metric",),
        value="value",
        priority="low",
        public=True,
    )
    register_event(
        "search",
        properties={
            "term": PropertyType(kind=str, max_length=100, required=True),
            # A term whose sum is 0 in the aggregates has found nothing.
            "results": PropertyType(kind=int, minimum=0),
        },
        dimensions=("term",),
        value="results",
        public=True,
    )

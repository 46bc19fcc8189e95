"""Renditions: where they are found, how long it takes to make them, and which cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

from wagtail.images.models import AbstractImage

from ..database.request_queries import RequestQueries, current
from ..registry import counter, histogram

RENDITION_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

durations = histogram(
    "wagtail_rendition_duration_seconds", "Making of renditions.", buckets=RENDITION_BUCKETS
)
failures = counter("wagtail_rendition_failures_total", "Renditions that could not be made.")
renditions = counter("wagtail_renditions_total", "Renditions, by where they came from.", ["source"])


def _finding(find: Callable[..., dict[Any, Any]]) -> Callable[..., dict[Any, Any]]:
    @wraps(find)
    def find_existing_renditions(self: AbstractImage, *filters: Any) -> dict[Any, Any]:
        if self._get_prefetched_renditions() is not None:
            found = find(self, *filters)
            _count("prefetch", len(found))
            return found
        outer, queries = current.get(), RequestQueries()
        token = current.set(queries)
        try:
            found = find(self, *filters)
        finally:
            current.reset(token)
            if outer is not None:
                outer.absorb(queries)
        # Wagtail asks its cache first and the database only for what is not there.
        _count("database" if queries.by_alias else "cache", len(found))
        return found

    return find_existing_renditions


def _generating(generate: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(generate)
    def generate_rendition_file(self: AbstractImage, *args: Any, **kwargs: Any) -> Any:
        started = perf_counter()
        try:
            file = generate(self, *args, **kwargs)
        except Exception:
            failures.inc()
            raise
        durations.observe(perf_counter() - started)
        _count("generated", 1)
        return file

    return generate_rendition_file


def _count(source: str, number: int) -> None:
    if number:
        renditions.labels(source).inc(number)


def install() -> None:
    """Wagtail has no signals for these, so that two of its methods are wrapped; custom image models inherit them."""
    if hasattr(AbstractImage.generate_rendition_file, "__wrapped__"):
        return
    AbstractImage.find_existing_renditions = _finding(AbstractImage.find_existing_renditions)
    AbstractImage.generate_rendition_file = _generating(AbstractImage.generate_rendition_file)

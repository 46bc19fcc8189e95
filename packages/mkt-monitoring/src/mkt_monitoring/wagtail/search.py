"""Searches: how long they take, and which find nothing. What was searched for is nobody's business here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

from modelsearch.backends.base import BaseSearchResults

from ..registry import counter, histogram

durations = histogram(
    "wagtail_search_duration_seconds", "Duration of searches.", ["backend", "kind"]
)
empty = counter("wagtail_searches_without_results_total", "Searches that found nothing.")


def _kind_of(results: Any) -> str:
    name = type(results.query_compiler).__name__
    return "autocomplete" if "Autocomplete" in name else "search"


def _backend_of(results: Any) -> str:
    # "modelsearch.backends.database.postgres.postgres" and "modelsearch.backends.elasticsearch8".
    parts = type(results.backend).__module__.split(".")
    return parts[-1] if parts[-1] != "backends" else type(results.backend).__name__


def _note_empty(results: Any) -> None:
    """Once for each search, which is counted and sliced in several steps that share the compiled query."""
    if not getattr(results.query_compiler, "_mkt_noted_empty", False):
        results.query_compiler._mkt_noted_empty = True
        empty.inc()


def _timed(evaluate: Callable[[Any], Any], cache: str, is_counting: bool) -> Callable[[Any], Any]:
    @wraps(evaluate)
    def evaluated(self: Any) -> Any:
        if getattr(self, cache, None) is not None or not hasattr(self, "query_compiler"):
            return evaluate(self)
        started = perf_counter()
        value = evaluate(self)
        durations.labels(_backend_of(self), _kind_of(self)).observe(perf_counter() - started)
        from_start = is_counting or (not self.start and self.stop != 0)
        if not value and from_start:
            _note_empty(self)
        return value

    return evaluated


def install() -> None:
    """Results are lazy: the time is taken where they are fetched and counted."""
    if hasattr(BaseSearchResults.results, "__wrapped__"):
        return
    BaseSearchResults.results = _timed(BaseSearchResults.results, "_results_cache", False)
    BaseSearchResults.count = _timed(BaseSearchResults.count, "_count_cache", True)

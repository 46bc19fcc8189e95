"""Which rows of a queryset the search backend of the site finds, best first."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.db.models import QuerySet
from wagtail.search.backends import get_search_backend

from . import _sqlite

# Backends give a meaning to quotes, stars and the like, and SQLite's fails on an open quote.
_WORDS = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """What is searched for; without anything that a backend would take for an operator."""
    return _WORDS.findall(text)


def best_keys(rows: QuerySet[Any], text: str, limit: int) -> list[Any]:
    """Primary keys of those ``rows`` that have all words of ``text``, best first, at most ``limit``.

    Without a word nothing is found. ``rows`` are filtered by what the backend can filter by: in doubt, look afterwards
    which of the keys are wanted. Queries: those of the backend; two on SQLite with its full text index.
    """
    words = words_of(text)
    if not words:
        return []
    results = get_search_backend().search(" ".join(words), rows)[:limit]
    if _sqlite.is_in_charge(results, rows):
        # In place of the backend's own statement, so that whoever watches searches sees this one, too.
        results._do_search = partial(_sqlite.best_keys, rows, words, limit)
        return list(results)
    return [found.pk for found in results]

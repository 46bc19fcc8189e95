"""Small values that every request needs, kept where answers are kept and as fresh as they are."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from mkt_core.cache import tag
from mkt_core.cache.collector import Collector, collecting
from mkt_core.cache.store import Entry, get_store
from mkt_core.db.freshness import knowing

from .keeping import LIFETIME_SECONDS, answers_are_kept

_TAGS = ":tags"
_FORMAT = 1


def recall(key: str, find: Callable[[], Any]) -> Any:
    """What ``find()`` returned, which must be fit for JSON, unless what it has read has changed since.

    The answer being made depends on it as if it had called ``find()`` itself.
    """
    if not answers_are_kept():
        return find()
    store = get_store()
    name = f"mkt_api:{_FORMAT}:{key}"
    lookup = store.look_up(name)
    if lookup.entry is not None:
        tags = dict(lookup.entry.headers).get(_TAGS, "")
        tag(*tags.split())
        return json.loads(lookup.entry.body)
    with knowing(lookup.moment), collecting() as collector:
        value = find()
    if lookup.moment and not collector.reasons:
        store.put(name, {"identity": _entry(value, collector)}, collector.tags, lookup.moment)
    return value


def _entry(value: Any, collector: Collector) -> Entry:
    now = time.time()
    return Entry(
        status=200,
        headers=((_TAGS, " ".join(sorted(collector.tags))),),
        body=json.dumps(value).encode(),
        created=now,
        fresh_until=now + LIFETIME_SECONDS,
        usable_until=now + LIFETIME_SECONDS,
    )

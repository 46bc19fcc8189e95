"""The last moments' responses in this process (``CACHE_LOCAL_SECONDS``), to be found without asking a server."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.core.signals import setting_changed

from ..conf import core_settings
from ..signals import tags_bumped
from .key import Question
from .store import Entry

LONGEST_SECONDS = 2.0
MAX_ENTRIES = 500

_entries: OrderedDict[tuple[str, tuple[str, ...]], tuple[float, Entry]] = OrderedDict()
_lock = Lock()


def find(question: Question) -> Entry | None:
    """What was kept for such a question a moment ago."""
    if not _entries:
        return None
    found = _entries.get((question.key, question.encodings))
    return found[1] if found is not None and time.monotonic() < found[0] else None


def keep(question: Question, entry: Entry) -> None:
    """Keep a response that the store has just said to be right."""
    conf = core_settings.current
    if conf.CACHE_PROXY_SECONDS:
        # What is out of date here for a moment would be so in a proxy until its time is over: the purge comes first.
        return
    seconds = min(conf.CACHE_LOCAL_SECONDS, LONGEST_SECONDS, entry.fresh_until - time.time())
    if seconds <= 0:
        return
    key = (question.key, question.encodings)
    with _lock:
        _entries[key] = (time.monotonic() + seconds, entry)
        _entries.move_to_end(key)
        while len(_entries) > MAX_ENTRIES:
            _entries.popitem(last=False)


def forget(**kwargs: Any) -> None:
    """What this process changes, it sees at once."""
    with _lock:
        _entries.clear()


tags_bumped.connect(forget, dispatch_uid="mkt_core.cache.local")
setting_changed.connect(forget, dispatch_uid="mkt_core.cache.local")

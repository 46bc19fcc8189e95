"""Telling CDNs from threads of this process, where there is no queue to do it.

Whoever changes something leaves a purge here and goes on. Each receiver has one thread at most, and only while there
is something to tell it. What comes while it is busy, or away, is added up and told in one go; too many tags become
"everything", so that the longest outage takes little memory and loses nothing. Only the end of the process does:
then each receiver gets one last attempt, within ``CACHE_CDN_EXIT_SECONDS`` for all of them together.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Mapping
from threading import Lock

from ...conf import core_settings
from . import reports
from .channel import Channel
from .purge import Purge

_channels: dict[str, Channel] = {}
_lock = Lock()
_is_over = False


def add(name: str, purge: Purge) -> None:
    """Tell the receiver ``name`` soon. Returns at once."""
    if _is_over:
        reports.dropped(name, purge, "exit")
        return
    with _lock:
        channel = _channels.get(name)
        if channel is None:
            channel = _channels[name] = Channel(name)
    channel.add(purge)


def waiting() -> Mapping[str, Purge]:
    """What has not been told yet, by receiver; only those that wait for something."""
    with _lock:
        channels = list(_channels.values())
    return {channel.name: rest for channel in channels if (rest := channel.waiting)}


def flush(seconds: float) -> bool:
    """Wait until everything is told, at most so long; whether it was. For commands and tests."""
    until = time.monotonic() + seconds
    with _lock:
        channels = list(_channels.values())
    told = [channel.wait_until_told(until) for channel in channels]
    return all(told)


def close(seconds: float | None = None) -> None:
    """Give everybody a last chance, within ``CACHE_CDN_EXIT_SECONDS``, and start anew."""
    with _lock:
        channels = list(_channels.values())
        _channels.clear()
    if not channels:
        return
    if seconds is None:
        seconds = 0.0 if core_settings.problems() else core_settings.current.CACHE_CDN_EXIT_SECONDS
    until = time.monotonic() + seconds
    for channel in channels:
        channel.hurry()
    for channel in channels:
        channel.close(until)


def _forget() -> None:
    """After a fork: the threads are in the other process, and what waited there is its own to tell."""
    global _lock
    _lock = Lock()
    _channels.clear()
    reports.forget_statistics()


@atexit.register
def _close_for_good() -> None:
    global _is_over
    _is_over = True
    close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

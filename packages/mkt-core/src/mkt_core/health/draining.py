"""Being shut down: answer the requests under way, but ask the load balancer for no more."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

_draining = threading.Event()


def is_draining() -> bool:
    """Whether this process was told to stop."""
    return _draining.is_set()


def start_draining() -> None:
    """Make ``/health/ready`` answer 503 from now on. For servers with a shutdown hook of their own."""
    _draining.set()


def watch_sigterm() -> None:
    """Start draining on SIGTERM, then do what the server wanted to do on SIGTERM.

    ``HealthMiddleware`` calls this. Does nothing where it could not help: outside the main thread
    (Python does not allow it), and where nobody handles SIGTERM, since the process then ends at
    once. Where a server sets its handler after loading the application and answers in other threads
    (gunicorn with ``preload_app`` and threads), call it yourself, in the hook ``post_worker_init``.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    previous = signal.getsignal(signal.SIGTERM)
    if not callable(previous) or isinstance(previous, _Watcher):
        return
    signal.signal(signal.SIGTERM, _Watcher(previous))


class _Watcher:
    """A signal handler that can be told from others, so that it is never put in front of itself."""

    def __init__(self, previous: Any) -> None:
        self.previous = previous

    def __call__(self, signal_number: int, frame: FrameType | None) -> None:
        start_draining()
        self.previous(signal_number, frame)

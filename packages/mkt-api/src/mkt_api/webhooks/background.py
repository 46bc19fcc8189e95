"""One thread of the process that sends, where there is no queue to do it.

It ends when there is nothing left to send, and is no loss when it is killed: what it has not sent stays written down.
"""

from __future__ import annotations

import atexit
import logging
import os
from threading import Event, Lock, Thread

from django.db import close_old_connections, connections
from django.utils import timezone

logger = logging.getLogger("mkt_api.webhooks")

#: Between two looks for what others have left, or what is to be tried again.
LONGEST_SLEEP_SECONDS = 30.0
#: So long a process that ends waits for the request it is at.
EXIT_SECONDS = 3.0

_lock = Lock()
_news = Event()
_thread: Thread | None = None
_is_over = False


def wake() -> None:
    """See to it that a thread looks for what is due. Returns at once."""
    global _thread
    _news.set()
    with _lock:
        if _is_over or (_thread is not None and _thread.is_alive()):
            return
        _thread = Thread(target=_run, name="mkt-api-webhooks", daemon=True)
        _thread.start()


def wait(seconds: float) -> bool:
    """Until the thread has nothing to do any more, at most so long; whether it has ended. For commands and tests."""
    thread = _thread
    if thread is None:
        return True
    thread.join(seconds)
    return not thread.is_alive()


def _run() -> None:
    global _thread
    try:
        while not _is_over:
            _news.clear()
            seconds = _look()
            if seconds is None:
                with _lock:
                    if not _news.is_set():
                        _thread = None
                        return
                continue
            _news.wait(seconds)
    except Exception:
        # The database is away, say. Whoever is awake next goes on.
        logger.exception("Webhooks could not be sent; the next delivery run sends them")
    finally:
        connections.close_all()


def _look() -> float | None:
    """Send what is due; seconds until the next look, or None if nothing waits."""
    from ..models import WebhookDelivery
    from .delivery import deliver_due

    close_old_connections()
    sent = deliver_due()
    waiting = WebhookDelivery.objects.waiting()
    moment = waiting.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    if moment is None:
        return None
    if sent and moment <= timezone.now():
        return 1.0
    return min(max((moment - timezone.now()).total_seconds(), 1.0), LONGEST_SLEEP_SECONDS)


def _forget() -> None:
    """After a fork: the thread is in the other process."""
    global _lock, _thread, _news
    _lock, _thread, _news = Lock(), None, Event()


@atexit.register
def _close() -> None:
    global _is_over
    _is_over = True
    _news.set()
    wait(EXIT_SECONDS)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

"""Count Celery's tasks by its signals."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import Any

from .celery_queues import ENQUEUED_AT
from .metrics import FAILED, SUCCESSFUL, durations, enqueued, finished, started, waits

# The process that ran the task could not say so itself.
LOST = frozenset({"WorkerLostError", "TimeLimitExceeded", "Terminated"})


def note_time(headers: Any = None, **kwargs: Any) -> None:
    """Before a message goes to the broker; its own dictionary is what the worker will read."""
    if headers is not None:
        headers[ENQUEUED_AT] = time.time()


def count_published(sender: Any = "", routing_key: str = "", **kwargs: Any) -> None:
    enqueued.labels(sender, routing_key or "default").inc()


def count_started(sender: Any = None, task: Any = None, **kwargs: Any) -> None:
    task.request._mkt_started = time.perf_counter()
    queue = _queue_of(task.request)
    started.labels(task.name, queue).inc()
    since = getattr(task.request, ENQUEUED_AT, None)
    if since is not None:
        waits.labels(queue).observe(max(0.0, time.time() - max(since, _due(task.request))))


def count_finished(sender: Any = None, task: Any = None, state: str = "", **kwargs: Any) -> None:
    # A task that is to be tried again has not finished; it will be started once more.
    if state != "RETRY":
        status = SUCCESSFUL if state in ("SUCCESS", "IGNORED") else FAILED
        finished.labels(task.name, _queue_of(task.request), status).inc()
    begun = getattr(task.request, "_mkt_started", None)
    if begun is not None:
        durations.labels(task.name).observe(time.perf_counter() - begun)


def count_lost(sender: Any = None, exception: Any = None, **kwargs: Any) -> None:
    """Told by the main process of the worker when one of its children was killed or took too long."""
    if type(exception).__name__ in LOST:
        finished.labels(sender.name, _queue_of(sender.request), FAILED).inc()


def _queue_of(request: Any) -> str:
    delivery = getattr(request, "delivery_info", None) or {}
    return str(delivery.get("routing_key") or "default")


def _due(request: Any) -> float:
    """When the task may begin at the earliest (seconds since 1970)."""
    eta = getattr(request, "eta", None)
    return datetime.fromisoformat(eta).timestamp() if eta else 0.0


def install() -> None:
    """Connect if Celery is there. It is not imported for it: a site that uses it has done so before Django is up."""
    if "celery" not in sys.modules:
        return
    from celery import signals

    for signal, receiver in (
        (signals.before_task_publish, note_time),
        (signals.after_task_publish, count_published),
        (signals.task_prerun, count_started),
        (signals.task_postrun, count_finished),
        (signals.task_failure, count_lost),
    ):
        uid = f"mkt_monitoring.celery.{receiver.__name__}"
        signal.connect(receiver, dispatch_uid=uid, weak=False)

"""Count tasks by the signals of ``django.tasks``, ``django_tasks`` and Celery, whichever the site uses."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Any

from ..registry import counter, histogram

TASK_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)

enqueued = counter("task_enqueued_total", "Tasks enqueued.", ["task", "queue"])
started = counter("task_started_total", "Tasks started.", ["task", "queue"])
finished = counter("task_finished_total", "Tasks finished.", ["task", "queue", "status"])
durations = histogram("task_duration_seconds", "Run time of tasks.", ["task"], buckets=TASK_BUCKETS)

SUCCESSFUL, FAILED = "successful", "failed"


def count_enqueued(sender: object, task_result: Any, **kwargs: Any) -> None:
    enqueued.labels(task_result.task.module_path, task_result.task.queue_name).inc()


def count_started(sender: object, task_result: Any, **kwargs: Any) -> None:
    started.labels(task_result.task.module_path, task_result.task.queue_name).inc()


def count_finished(sender: object, task_result: Any, **kwargs: Any) -> None:
    name = task_result.task.module_path
    status = FAILED if str(task_result.status).upper().endswith("FAILED") else SUCCESSFUL
    finished.labels(name, task_result.task.queue_name, status).inc()
    if task_result.started_at and task_result.finished_at:
        durations.labels(name).observe(
            max(0.0, (task_result.finished_at - task_result.started_at).total_seconds())
        )


def count_published_by_celery(sender: str = "", routing_key: str = "", **kwargs: Any) -> None:
    enqueued.labels(sender, routing_key or "default").inc()


def count_started_by_celery(sender: Any = None, task: Any = None, **kwargs: Any) -> None:
    task.request._mkt_started = perf_counter()
    started.labels(task.name, _queue_of(task)).inc()


def count_finished_by_celery(
    sender: Any = None, task: Any = None, state: str = "", **kwargs: Any
) -> None:
    # A task that is to be tried again has not finished; it will be started once more.
    if state != "RETRY":
        status = SUCCESSFUL if state in ("SUCCESS", "IGNORED") else FAILED
        finished.labels(task.name, _queue_of(task), status).inc()
    begun = getattr(task.request, "_mkt_started", None)
    if begun is not None:
        durations.labels(task.name).observe(perf_counter() - begun)


def _queue_of(task: Any) -> str:
    delivery = getattr(task.request, "delivery_info", None) or {}
    return str(delivery.get("routing_key") or "default")


def install() -> None:
    """Connect to what is there. Celery is not imported for it: a site that uses it has done so before Django is up."""
    for module in _signal_modules():
        uid = f"mkt_monitoring.{module.__name__}"
        module.task_enqueued.connect(count_enqueued, dispatch_uid=uid)
        module.task_started.connect(count_started, dispatch_uid=uid)
        module.task_finished.connect(count_finished, dispatch_uid=uid)
    if "celery" in sys.modules:
        from celery import signals

        signals.after_task_publish.connect(count_published_by_celery, weak=False)
        signals.task_prerun.connect(count_started_by_celery, weak=False)
        signals.task_postrun.connect(count_finished_by_celery, weak=False)


def _signal_modules() -> list[Any]:
    modules: list[Any] = []
    try:
        from django.tasks import signals

        modules.append(signals)
    except ImportError:
        pass
    try:
        from django_tasks import signals as backport

        # From some version on, the backport is Django's own under another name.
        if not modules or backport.task_enqueued is not modules[0].task_enqueued:
            modules.append(backport)
    except ImportError:
        pass
    return modules

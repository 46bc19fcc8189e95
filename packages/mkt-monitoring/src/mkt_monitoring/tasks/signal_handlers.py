"""Count tasks by the signals of ``django.tasks`` and ``django_tasks``, whichever the site uses."""

from __future__ import annotations

from typing import Any

from .metrics import FAILED, SUCCESSFUL, durations, enqueued, finished, started, waits


def count_enqueued(sender: object, task_result: Any, **kwargs: Any) -> None:
    enqueued.labels(task_result.task.module_path, task_result.task.queue_name).inc()


def count_started(sender: object, task_result: Any, **kwargs: Any) -> None:
    task = task_result.task
    started.labels(task.module_path, task.queue_name).inc()
    # One that was put off waits only since it is due.
    due = [one for one in (task_result.enqueued_at, task.run_after) if one is not None]
    if due and task_result.started_at is not None:
        seconds = (task_result.started_at - max(due)).total_seconds()
        waits.labels(task.queue_name).observe(max(0.0, seconds))


def count_finished(sender: object, task_result: Any, **kwargs: Any) -> None:
    name = task_result.task.module_path
    status = FAILED if str(task_result.status).upper().endswith("FAILED") else SUCCESSFUL
    finished.labels(name, task_result.task.queue_name, status).inc()
    if task_result.started_at and task_result.finished_at:
        durations.labels(name).observe(
            max(0.0, (task_result.finished_at - task_result.started_at).total_seconds())
        )


def install() -> None:
    """Connect to what is there."""
    for module in _signal_modules():
        uid = f"mkt_monitoring.{module.__name__}"
        module.task_enqueued.connect(count_enqueued, dispatch_uid=uid)
        module.task_started.connect(count_started, dispatch_uid=uid)
        module.task_finished.connect(count_finished, dispatch_uid=uid)


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

"""The tasks that wait: in the database (``django-tasks-db``) and in Celery's queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Case, Count, F, Min, When
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from ..collectors import collector
from . import celery_queues

MODELS = ("django_tasks_db.DBTaskResult", "django_tasks_database.DBTaskResult")


class Waiting(NamedTuple):
    """What waits in one queue; ``oldest_seconds`` is None where the broker cannot tell."""

    queue: str
    backend: str
    number: int
    oldest_seconds: float | None


def task_model() -> Any:
    """The model of the tasks in the database, or None."""
    for name in MODELS:
        try:
            return apps.get_model(name)
        except LookupError:
            continue
    return None


def in_database() -> Iterator[Waiting]:
    """The tasks that are due; one query, none without such a queue."""
    model = task_model()
    if model is None:
        return
    now = timezone.now()
    # A task that was put off waits only since it is due; one that was not has a date in the far future there, or none.
    since = Case(When(run_after__lte=now, then=F("run_after")), default=F("enqueued_at"))
    rows = (
        model.objects.ready()
        .values_list("queue_name", "backend_name")
        .annotate(waiting=Count("pk"), oldest=Min(since))
        .order_by()
    )
    for queue, backend, number, oldest in rows:
        yield Waiting(queue, backend, number, (now - oldest).total_seconds())


def waiting_tasks() -> tuple[int, float] | None:
    """How many tasks in the database are due, and for how many seconds the oldest has been; one query.

    None without such a queue.
    """
    if task_model() is None:
        return None
    queues = list(in_database())
    ages = [one.oldest_seconds for one in queues if one.oldest_seconds is not None]
    return sum(one.number for one in queues), max(ages, default=0.0)


def in_celery() -> Iterator[Waiting]:
    """The messages in the queues of the site's Celery application; one connection to the broker, none without it."""
    for queue, number, oldest_seconds in celery_queues.waiting():
        yield Waiting(queue, "celery", number, oldest_seconds)


@collector(ttl_seconds=15, budget_seconds=4, name="mkt_monitoring.task_backlog")
def task_backlog() -> Iterator[Metric]:
    """How many tasks are due and wait, and since when the oldest one does."""
    queues = [*in_database(), *in_celery()]
    if not queues and task_model() is None:
        return
    backlog = GaugeMetricFamily(
        "task_backlog", "Tasks that are due and wait.", labels=["queue", "backend"]
    )
    for one in queues:
        backlog.add_metric([one.queue, one.backend], one.number)
    yield backlog
    ages = [one.oldest_seconds for one in queues if one.oldest_seconds is not None]
    yield GaugeMetricFamily(
        "task_backlog_age_seconds", "Age of the oldest task that waits.", value=max(ages, default=0)
    )

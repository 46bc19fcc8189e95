"""The tasks that wait in the database, for sites that keep them there (``django-tasks-db``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from ..collectors import collector

MODELS = ("django_tasks_db.DBTaskResult", "django_tasks_database.DBTaskResult")


def task_model() -> Any:
    """The model of the tasks in the database, or None."""
    for name in MODELS:
        try:
            return apps.get_model(name)
        except LookupError:
            continue
    return None


@collector(ttl_seconds=15, budget_seconds=2, name="mkt_monitoring.task_backlog")
def task_backlog() -> Iterator[Metric]:
    """How many tasks are due, and since when the oldest waits; one query, none without such a queue."""
    model = task_model()
    if model is None:
        return
    now = timezone.now()
    due = Q(run_after__isnull=True) | Q(run_after__lte=now)
    rows = list(
        model.objects.filter(due, status="READY")
        .values_list("queue_name", "backend_name")
        .annotate(waiting=Count("pk"), oldest=Min("enqueued_at"))
        .order_by()
    )
    backlog = GaugeMetricFamily(
        "task_backlog", "Tasks that are due and wait.", labels=["queue", "backend"]
    )
    for queue, backend, waiting, _ in rows:
        backlog.add_metric([queue, backend], waiting)
    ages = [(now - oldest).total_seconds() for *_, oldest in rows]
    yield backlog
    yield GaugeMetricFamily(
        "task_backlog_age_seconds", "Age of the oldest task that waits.", value=max(ages, default=0)
    )

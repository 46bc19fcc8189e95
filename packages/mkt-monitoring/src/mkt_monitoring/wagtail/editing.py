"""Editorial actions: what is logged, published, moved, and how long workflows take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail import signals
from wagtail.models import BaseLogEntry

from ..registry import counter, histogram

HOURS = 3600.0
WORKFLOW_BUCKETS = (60.0, 600.0, *(hours * HOURS for hours in (1, 4, 8, 24, 72, 168, 336, 720)))

actions = counter("wagtail_log_actions_total", "Actions in Wagtail's log.", ["action", "model"])
published = counter("wagtail_pages_published_total", "Pages published.", ["page_type"])
unpublished = counter("wagtail_pages_unpublished_total", "Pages unpublished.", ["page_type"])
moved = counter("wagtail_pages_moved_total", "Pages moved.", ["page_type"])
workflows = histogram(
    "wagtail_workflow_duration_seconds",
    "From the submission to the end of workflows.",
    ["status"],
    buckets=WORKFLOW_BUCKETS,
)
tasks = histogram(
    "wagtail_task_duration_seconds",
    "From the start to the end of workflow tasks.",
    ["status"],
    buckets=WORKFLOW_BUCKETS,
)

_STATUSES = ("approved", "rejected", "cancelled")


def count_action(
    sender: type[BaseLogEntry], instance: Any, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    """Look the model up among the content types, which Django remembers."""
    if created and not raw:
        actions.labels(instance.action, _model_of(instance.content_type_id)).inc()


def _model_of(content_type_id: int | None) -> str:
    if content_type_id is None:
        return "none"
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return model._meta.label_lower if model else "none"


def count_published(sender: Any, **kwargs: Any) -> None:
    published.labels(sender._meta.label_lower).inc()


def count_unpublished(sender: Any, **kwargs: Any) -> None:
    unpublished.labels(sender._meta.label_lower).inc()


def count_moved(
    sender: Any,
    url_path_before: str = "",
    url_path_after: str = "",
    **kwargs: Any,
) -> None:
    """Reordering under the same parent is no move."""
    if url_path_before != url_path_after:
        moved.labels(sender._meta.label_lower).inc()


def _observed(metric: Any, status: str, begun: datetime | None, ended: datetime | None) -> None:
    if begun is not None:
        seconds = ((ended or timezone.now()) - begun).total_seconds()
        metric.labels(status).observe(max(0.0, seconds))


def _workflow_receiver(status: str) -> Any:
    def receive(sender: Any, instance: Any, **kwargs: Any) -> None:
        _observed(workflows, status, instance.created_at, None)

    return receive


def _task_receiver(status: str) -> Any:
    def receive(sender: Any, instance: Any, **kwargs: Any) -> None:
        _observed(tasks, status, instance.started_at, instance.finished_at)

    return receive


def install() -> None:
    for model in apps.get_models():
        if issubclass(model, BaseLogEntry):
            post_save.connect(
                count_action, sender=model, dispatch_uid="mkt_monitoring.count_action"
            )
    for signal, receiver in (
        (signals.page_published, count_published),
        (signals.page_unpublished, count_unpublished),
        (signals.post_page_move, count_moved),
    ):
        signal.connect(receiver, dispatch_uid=f"mkt_monitoring.{receiver.__name__}")
    for status in _STATUSES:
        uid = f"mkt_monitoring.{status}"
        workflow, task = (getattr(signals, f"{kind}_{status}") for kind in ("workflow", "task"))
        workflow.connect(_workflow_receiver(status), dispatch_uid=uid, weak=False)
        task.connect(_task_receiver(status), dispatch_uid=uid, weak=False)

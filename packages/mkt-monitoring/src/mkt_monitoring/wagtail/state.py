"""How things stand: pages by type, open workflow tasks, publications that should have happened."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from wagtail.models import Revision, TaskState

from mkt_core.compat import get_page_model

from ..collectors import collector


@collector(ttl_seconds=300, budget_seconds=5, name="mkt_monitoring.pages")
def pages() -> Iterator[Metric]:
    """Pages by type and state ("live" or "draft"); one query, besides content types not seen before."""
    family = GaugeMetricFamily("wagtail_pages", "Pages.", labels=["page_type", "state"])
    rows = (
        get_page_model()
        ._default_manager.filter(depth__gt=1)
        .values_list("content_type", "live")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for content_type_id, live, number in rows:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        label = model._meta.label_lower if model else "none"
        family.add_metric([label, "live" if live else "draft"], number)
    yield family


@collector(ttl_seconds=30, budget_seconds=2, name="mkt_monitoring.workflow_tasks")
def workflow_tasks() -> Iterator[Metric]:
    """Tasks that wait for somebody; one query."""
    now = timezone.now()
    found = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).aggregate(
        number=Count("pk"), oldest=Min("started_at")
    )
    yield GaugeMetricFamily(
        "wagtail_open_workflow_tasks", "Workflow tasks in progress.", value=found["number"]
    )
    age = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    yield GaugeMetricFamily(
        "wagtail_oldest_workflow_task_age_seconds",
        "Age of the oldest workflow task in progress.",
        value=age,
    )


@collector(ttl_seconds=30, budget_seconds=2, name="mkt_monitoring.scheduled_publishing")
def scheduled_publishing() -> Iterator[Metric]:
    """Revisions that ``publish_scheduled`` should have published; its own condition, one query."""
    now = timezone.now()
    found = Revision.objects.filter(approved_go_live_at__lt=now).aggregate(
        number=Count("pk"), oldest=Min("approved_go_live_at")
    )
    yield GaugeMetricFamily(
        "wagtail_scheduled_publish_overdue", "Publications overdue.", value=found["number"]
    )
    late = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    yield GaugeMetricFamily(
        "wagtail_scheduled_publish_overdue_seconds", "Since when the oldest is overdue.", value=late
    )

"""Tasks in the database whose worker died: they are put back, so that none is lost."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.utils import timezone

#: A task that runs for longer is taken for one whose worker is gone.
LOST_AFTER_SECONDS = 900.0


def requeue(*, worker_id: str = "", running_for_seconds: float = LOST_AFTER_SECONDS) -> int:
    """Put back what was begun by the worker ``worker_id``, or by any worker so long ago; how many tasks that were.

    A worker that is killed leaves its task marked as running, and django-tasks-db never looks at it again. A task that
    was put back runs for a second time: it must do no harm twice. One query to find them, one for each of them.
    """
    if not apps.is_installed("django_tasks_db"):
        return 0
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    with transaction.atomic():
        running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
        if not worker_id:
            running = running.filter(
                started_at__lt=timezone.now() - timedelta(seconds=running_for_seconds)
            )
        # The last of them is the one that has it.
        lost = [
            task for task in running if not worker_id or (task.worker_ids or [""])[-1] == worker_id
        ]
        for task in lost:
            task.status = TaskResultStatus.READY
            task.save(update_fields=["status"])
    return len(lost)

"""Tasks of Django, counted in the process that runs them at once, and what is counted at a signal of Celery."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from mkt_core.compat import task
from mkt_monitoring.tasks import celery_handlers, signal_handlers


@task()
def quiet():
    pass


@task()
def failing():
    raise RuntimeError("broken on purpose")


class TestTasks:
    def test_are_counted_from_the_queue_to_the_end(self, metrics):
        quiet.enqueue()
        failing.enqueue()

        for name, status in (("quiet", "successful"), ("failing", "failed")):
            labels = {"task": f"{__name__}.{name}", "queue": "default"}
            assert metrics.total("task_enqueued_total", **labels) == 1
            assert metrics.total("task_started_total", **labels) == 1
            assert metrics.total("task_finished_total", status=status, **labels) == 1
            assert metrics.total("task_duration_seconds_count", task=labels["task"]) == 1
        assert metrics.total("task_finished_total") == 2

    def test_duration_is_from_start_to_finish(self, metrics):
        now = timezone.now()
        result = SimpleNamespace(
            task=SimpleNamespace(module_path="a.b", queue_name="slow"),
            status="SUCCESSFUL",
            started_at=now,
            finished_at=now + timedelta(seconds=40),
        )

        signal_handlers.count_finished(None, task_result=result)

        assert metrics.total("task_duration_seconds_sum", task="a.b") == 40

    @pytest.mark.parametrize(
        ("state", "statuses"),
        [("SUCCESS", {"successful": 1}), ("FAILURE", {"failed": 1}), ("RETRY", {})],
    )
    def test_of_celery(self, metrics, state, statuses):
        request = SimpleNamespace(delivery_info={"routing_key": "mails"})
        celery_task = SimpleNamespace(name="shop.send", request=request)
        celery_handlers.count_published(sender="shop.send", routing_key="mails")
        celery_handlers.count_started(task=celery_task)
        celery_handlers.count_finished(task=celery_task, state=state)

        labels = {"task": "shop.send", "queue": "mails"}
        assert metrics.total("task_enqueued_total", **labels) == 1
        assert metrics.total("task_started_total", **labels) == 1
        assert metrics.total("task_duration_seconds_count", task="shop.send") == 1
        for status in ("successful", "failed"):
            found = metrics.total("task_finished_total", status=status, **labels)
            assert found == statuses.get(status, 0)

"""With a queue: the purge is a task, which puts itself off until the CDN is back."""

import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from mkt_core.cache.cdn import background, delivery, tasks
from mkt_core.cache.cdn.purge import Purge
from mkt_core.cache.purging import deliver

from ...backends import DEAD, DUMMY, IMMEDIATE, PACKAGE
from .conftest import fastly


class Impatient(import_module(f"{PACKAGE}.backends.dummy").DummyBackend):
    """A queue that runs its tasks in order and at once."""

    supports_defer = False


class Echoing(import_module(f"{PACKAGE}.backends.dummy").DummyBackend):
    """A queue in a table that nobody has heard of: putting a task there is a change like any other."""

    def enqueue(self, task, args, kwargs):
        deliver({"table:unheard_of"})
        return super().enqueue(task, args, kwargs)


@pytest.fixture
def queue(settings):
    """Choose the queue by dotted path."""

    def choose(backend):
        settings.TASKS = {"default": {"BACKEND": backend}}
        return import_module(PACKAGE).default_task_backend

    return choose


def work(queue):
    """Run what waits, as a worker would; when each task was to be run."""
    waiting, queue.results[:] = list(queue.results), []
    for result in waiting:
        result.task.call(*result.args, **result.kwargs)
    return [result.task.run_after for result in waiting]


def test_without_a_queue_tasks_run_at_once(queue):
    queue(IMMEDIATE)
    assert delivery.waits_for_tasks()
    queue(DUMMY)
    assert not delivery.waits_for_tasks()


def test_nothing_is_sent_by_who_makes_the_change(queue, make_cdn, configure):
    waiting = queue(DUMMY)
    configure(a=fastly(cdn := make_cdn()), b=fastly(make_cdn()))

    deliver({"page:7"})

    assert [result.args[0] for result in waiting.results] == ["a", "b"]
    assert background.waiting() == {}
    assert cdn.requests == []
    work(waiting)
    assert [request.headers["Surrogate-Key"] for request in cdn.requests] == ["page:7"]


@pytest.mark.parametrize("trouble", [500, 429, "hang"])
def test_is_put_off_until_the_cdn_is_back(trouble, queue, make_cdn, configure, told):
    waiting = queue(DUMMY)
    configure(fastly=fastly(cdn := make_cdn(trouble, trouble, 200)))
    deliver({"page:7"})

    before = timezone.now()
    assert work(waiting) == [None]
    [second] = work(waiting)
    [third] = work(waiting)

    assert before < second < third < timezone.now() + timedelta(seconds=1)
    assert waiting.results == []
    assert len(cdn.requests) == 3
    assert [what for what, _ in told] == ["failed", "failed", "sent"]


def test_waits_as_long_as_it_is_asked_to(queue, make_cdn, configure):
    waiting = queue(DUMMY)
    configure(fastly=fastly(make_cdn((503, {"Retry-After": "60"}, b""))))
    deliver({"page:7"})
    work(waiting)

    [again] = waiting.results

    assert again.task.run_after > timezone.now() + timedelta(seconds=55)


def test_only_what_was_not_told_is_told_again(queue, make_cdn, configure):
    waiting = queue(DUMMY)
    configure(fastly=fastly(cdn := make_cdn(200, 500, 200)))
    deliver({f"page:{n}" for n in range(300)})

    work(waiting)
    work(waiting)

    sizes = [len(request.headers["Surrogate-Key"].split()) for request in cdn.requests]
    assert sizes == [256, 44, 44]


def test_a_queue_that_cannot_put_off_has_its_worker_wait(
    queue, make_cdn, configure, monkeypatch, told
):
    slept = []
    monkeypatch.setattr(tasks.time, "sleep", slept.append)
    waiting = queue(f"{__name__}.Impatient")
    configure(fastly=fastly(make_cdn((503, {"Retry-After": "99"}, b""), 200)))
    deliver({"page:7"})

    work(waiting)
    assert work(waiting) == [None]

    assert slept == [tasks.LONGEST_WAIT_SECONDS]
    assert [what for what, _ in told] == ["failed", "sent"]


@pytest.mark.parametrize(
    ("answer", "since", "reason"), [(403, 0, "refused"), (503, 90_000, "expired")]
)
def test_a_lost_cause_is_given_up_and_told(answer, since, reason, queue, make_cdn, configure, told):
    waiting = queue(DUMMY)
    configure(fastly=fastly(make_cdn(answer)))

    tasks.send_purge.call(
        "fastly", {"tags": ["page:7"], "urls": [], "everything": False}, 3, time.time() - since
    )

    assert waiting.results == []
    [(what, values)] = told
    assert (what, values["reason"], values["tags"]) == ("dropped", reason, {"page:7"})


def test_a_cdn_that_is_no_longer_in_the_settings_is_told_nothing(queue, configure, told):
    queue(DUMMY)
    configure()

    tasks.send_purge.call("gone", {"tags": ["page:7"], "urls": [], "everything": False})

    assert [(what, values["reason"]) for what, values in told] == [("dropped", "refused")]


def test_a_dead_queue_loses_nothing(queue, make_cdn, configure, caplog):
    queue(DEAD)
    configure(fastly=fastly(cdn := make_cdn()))

    deliver({"page:7"})

    assert background.flush(5)
    assert cdn.wait_for(1)
    assert "The queue does not take a purge for fastly" in caplog.text


def test_a_queue_that_dies_meanwhile_loses_nothing(queue, make_cdn, configure):
    waiting = queue(DUMMY)
    configure(fastly=fastly(cdn := make_cdn(503, 200)))
    deliver({"page:7"})
    [result] = waiting.results
    queue(DEAD)

    result.task.call(*result.args)

    assert background.flush(5)
    assert cdn.wait_for(2)


def test_the_row_of_a_task_is_no_change_to_tell(queue, make_cdn, configure):
    waiting = queue(f"{__name__}.Echoing")
    configure(fastly=fastly(make_cdn()))

    deliver({"page:7"})

    assert [result.args[1]["tags"] for result in waiting.results] == [["page:7"]]


def test_everything_survives_the_queue(queue, make_cdn, configure):
    waiting = queue(DUMMY)
    configure(fastly=fastly(cdn := make_cdn()))
    deliver({"epoch"})

    work(waiting)

    assert cdn.requests[0].path.endswith("/purge_all")
    assert Purge.of_tags(["epoch", "page:1"]) == Purge(everything=True)

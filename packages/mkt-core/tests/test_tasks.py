import datetime
import logging
import math
from functools import partial
from importlib import import_module

import pytest
from django.db import transaction
from django.utils.connection import ConnectionDoesNotExist

from mkt_core.signals import task_enqueue_failed
from mkt_core.tasks import enqueue_on_commit

from . import tasks
from .backends import DEAD, DUMMY, IMMEDIATE, PACKAGE


@pytest.fixture(autouse=True)
def ran(monkeypatch):
    ran = []
    monkeypatch.setattr(tasks, "ran", ran)
    return ran


@pytest.fixture
def queue(settings):
    """Choose the queue by dotted path."""

    def choose(backend):
        settings.TASKS = {"default": {"BACKEND": backend}}
        return import_module(PACKAGE).default_task_backend

    choose(IMMEDIATE)
    return choose


@pytest.fixture
def lost():
    """What the signal told."""
    lost = []
    receiver = lambda sender, **kwargs: lost.append((sender, kwargs))  # noqa: E731
    task_enqueue_failed.connect(receiver)
    yield lost
    task_enqueue_failed.disconnect(receiver)


@pytest.mark.usefixtures("autocommit", "queue")
class TestWhen:
    def test_at_once_without_a_transaction(self, ran):
        enqueue_on_commit(tasks.note, 1, b=2)

        assert ran == [((1,), {"b": 2})]

    def test_not_before_the_commit(self, ran):
        with transaction.atomic():
            enqueue_on_commit(tasks.note, 1)
            assert ran == []

        assert ran == [((1,), {})]

    def test_never_after_a_rollback(self, ran):
        with transaction.atomic():
            enqueue_on_commit(tasks.note, 1)
            transaction.set_rollback(True)

        assert ran == []

    def test_never_when_the_savepoint_is_rolled_back(self, ran):
        with transaction.atomic():
            with transaction.atomic():
                enqueue_on_commit(tasks.note, "inner")
                transaction.set_rollback(True)
            enqueue_on_commit(tasks.note, "outer")

        assert ran == [(("outer",), {})]

    def test_waits_for_the_database_that_was_named(self, ran):
        with transaction.atomic(using="default"):
            enqueue_on_commit(tasks.note, using="default")
            assert ran == []

        assert len(ran) == 1

    def test_refuses_an_unknown_database(self):
        with pytest.raises(ConnectionDoesNotExist):
            enqueue_on_commit(tasks.note, using="elsewhere")

    def test_issues_no_query(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            enqueue_on_commit(tasks.note, 1)


@pytest.mark.usefixtures("autocommit")
class TestQueues:
    def test_dummy(self, queue, ran):
        backend = queue(DUMMY)

        enqueue_on_commit(tasks.note, 1, b=[2])

        [result] = backend.results
        assert (list(result.args), result.kwargs) == ([1], {"b": [2]})
        assert ran == []

    def test_immediate_survives_a_task_that_fails(self, queue, lost):
        queue(IMMEDIATE)

        enqueue_on_commit(tasks.fail)

        assert lost == []

    def test_dead_queue_breaks_nothing_and_is_told(self, queue, lost, caplog):
        queue(DEAD)

        with caplog.at_level(logging.ERROR, logger="mkt_core.tasks"), transaction.atomic():
            enqueue_on_commit(tasks.note, 1, b=2)

        [(sender, told)] = lost
        assert sender is tasks.note.func
        assert (told["task"], told["args"], told["kwargs"]) == (tasks.note, [1], {"b": 2})
        assert isinstance(told["error"], ConnectionError)
        [logged] = caplog.records
        assert logged.getMessage() == "Could not enqueue tests.tasks.note"
        assert logged.exc_info[0] is ConnectionError

    @pytest.mark.usefixtures("caplog")
    def test_dead_queue_keeps_nobody_else_from_their_turn(self, queue):
        queue(DEAD)
        done = []

        with transaction.atomic():
            enqueue_on_commit(tasks.note)
            transaction.on_commit(partial(done.append, "next"))

        assert done == ["next"]

    def test_receiver_that_fails_breaks_nothing(self, queue):
        def broken(**kwargs):
            raise RuntimeError

        queue(DEAD)
        task_enqueue_failed.connect(broken)
        try:
            enqueue_on_commit(tasks.note)
        finally:
            task_enqueue_failed.disconnect(broken)


@pytest.mark.usefixtures("autocommit", "queue")
class TestArguments:
    @pytest.mark.parametrize(
        "value",
        [
            datetime.date(2026, 1, 1),
            b"bytes",
            {1, 2},
            object(),
            math.nan,
            [math.inf],
            {"a": [datetime.date(2026, 1, 1)]},
        ],
    )
    def test_what_json_does_not_know_is_refused(self, ran, value):
        with pytest.raises(TypeError, match=r"note: argument 1 does not survive JSON"):
            enqueue_on_commit(tasks.note, value)

        assert ran == []

    @pytest.mark.parametrize("key", [1, 0, None, (1, 2)])
    def test_keys_that_json_would_change_are_refused(self, key):
        with pytest.raises(TypeError, match=r"note: argument 'a' has the dictionary key"):
            enqueue_on_commit(tasks.note, a=[{key: 1}])

    def test_value_that_contains_itself_is_refused(self):
        loop = []
        loop.append(loop)

        with pytest.raises(TypeError, match="contains itself"):
            enqueue_on_commit(tasks.note, loop)

    def test_are_taken_as_they_are_now(self, ran):
        pks = [1]

        with transaction.atomic():
            enqueue_on_commit(tasks.note, pks, more={"pks": pks})
            pks.append(2)

        assert ran == [(([1],), {"more": {"pks": [1]}})]

    def test_tuples_arrive_as_lists(self, ran):
        enqueue_on_commit(tasks.note, (1, (2,)))

        assert ran == [(([1, [2]],), {})]

    def test_task_may_have_an_argument_named_task(self, ran):
        enqueue_on_commit(tasks.note, task="dishes")

        assert ran == [((), {"task": "dishes"})]

    def test_plain_function_is_refused(self):
        with pytest.raises(TypeError, match=r"is not a task\. Decorate the function"):
            enqueue_on_commit(print, 1)

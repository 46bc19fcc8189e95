import math
import time
from collections import deque

import pytest

from mkt_core.db import watching
from mkt_core.db.group import current_group
from mkt_core.db.health import check_replicas
from mkt_core.db.watching import PrimaryWatch, ReplicaWatch
from mkt_core.health.checks import CheckFailed


class Postgres:
    """Stands where a connection would; the answers come from ``ask``."""

    vendor = "postgresql"


@pytest.fixture
def ask(monkeypatch):
    """``ask(watch, *row)``: the watch asks and gets this row."""

    def answer(watch, *row):
        monkeypatch.setattr(watching, "_rows", lambda connection, sql: row)
        watch.asked_at = time.monotonic()
        watch._ask(Postgres())
        watch.answered_at = time.monotonic()

    return answer


@pytest.fixture
def primary():
    return PrimaryWatch("default")


@pytest.fixture
def replica(primary):
    return ReplicaWatch("replica", 1, primary)


class TestLag:
    def test_nothing_is_late_as_long_as_nothing_is_written(self, ask, primary, replica):
        for _ in range(3):
            ask(primary, "0/5000100", "start")
            ask(replica, True, "0/5000100", "other start")

        assert replica.lag_seconds == 0
        assert replica.problem == ""

    def test_is_the_time_since_the_primary_was_where_the_replica_is(
        self, ask, primary, replica, monkeypatch
    ):
        for seconds, position in [(100.0, "0/100"), (101.0, "0/200"), (103.0, "0/300")]:
            monkeypatch.setattr(watching.time, "monotonic", lambda seconds=seconds: seconds)
            ask(primary, position, "start")

        ask(replica, True, "0/2FF", "other start")

        assert replica.as_of == 101.0
        assert replica.lag_seconds == 2.0

    def test_positions_are_compared_as_numbers(self, ask, primary, replica):
        ask(primary, "A/0", "start")
        ask(replica, True, "9/FFFFFFFF", "other start")
        assert replica.as_of == -math.inf
        ask(replica, True, "10/0", "other start")
        assert replica.as_of > 0

    def test_the_header_of_an_empty_page_is_not_waited_for(self, ask, primary, replica):
        ask(primary, "0/3002018", "start")
        ask(replica, True, "0/3002000", "other start")

        assert replica.problem == ""

    def test_a_replica_behind_all_that_is_known_is_given_the_time_to_catch_up(
        self, ask, primary, replica, monkeypatch
    ):
        ask(primary, "0/200", "start")
        ask(replica, True, "0/100", "other start")
        assert replica.problem == "unknown"

        later = time.monotonic() + 6.0
        monkeypatch.setattr(watching.time, "monotonic", lambda: later)
        ask(primary, "0/300", "start")
        ask(replica, True, "0/100", "other start")
        assert replica.problem == "lagging"

    def test_what_was_known_ends_with_a_failure(self, ask, primary, replica):
        ask(primary, "0/100", "start")
        ask(replica, True, "0/100", "other start")

        replica.failed(Exception("gone"))

        assert (replica.as_of, replica.problem) == (-math.inf, "unreachable")

    def test_the_log_of_another_server_is_not_compared(self, ask, primary, replica):
        ask(primary, "5/0", "start")
        ask(primary, "2/0", "another start")
        ask(replica, True, "2/0", "other start")

        assert primary.as_of(0x200000000) == primary.sampled_at
        assert replica.problem == ""


def test_what_is_known_may_be_forgotten_while_requests_look_at_it(primary):
    class Emptied(deque):
        """As another thread would leave it, just after it was seen to hold something."""

        def __len__(self):
            length = super().__len__()
            primary._forget()
            return length

    for look in ("sampled_at", "watched_seconds"):
        primary._samples = Emptied([(1.0, 256)])

        assert getattr(primary, look) in (None, 0.0, 1.0)


def test_a_promoted_replica_is_none(ask, primary, replica):
    ask(primary, "0/100", "start")
    ask(replica, False, None, "other start")

    assert replica.problem == "promoted"


def test_the_primary_under_another_name_is_a_replica(ask, primary, replica):
    ask(primary, "0/100", "start")
    ask(replica, False, None, "start")

    assert replica.problem == ""


def test_health_tells_which_replica_is_away(replicated):
    check_replicas()

    watch = current_group().replicas["replica"]
    watch.stop()
    watch.failed(Exception("gone"))

    with pytest.raises(CheckFailed, match="replica is unreachable"):
        check_replicas()

"""A primary and its streaming replica, which stops, freezes and lags under a site of two processes."""

import time
import uuid

import pytest

from mkt_core.db import postgresql

from .site import Load, Visitor, until

pytestmark = pytest.mark.fault

MAX_LAG_SECONDS = 3.0
PIN_SECONDS = 5.0
# The response cache has nothing to do with a request that has such an argument.
UNCACHED = "/test/uncached/?unknown=1"


@pytest.fixture(scope="module")
def ports(primary, replica, redis, site):
    """Two processes of one site."""
    databases = {
        "default": postgresql(primary.settings),
        "replica": postgresql(replica.settings, replica_of="default"),
    }
    core = {
        "DATABASE_REPLICAS": ["replica"],
        "DATABASE_MAX_LAG_SECONDS": MAX_LAG_SECONDS,
        "DATABASE_PIN_SECONDS": PIN_SECONDS,
        "DATABASE_PROBE_SECONDS": 0.3,
        "DATABASE_TIMEOUT_SECONDS": 1.0,
        "HEALTH_NETWORKS": ["127.0.0.0/8"],
    }
    ports = [site(databases, redis, **core) for _ in range(2)]
    for port in ports:
        # The first change in a process takes long, and some tests are about what happens soon after one.
        Visitor(port, timeout_seconds=60).post("/test/write/", title=new_title())
        Visitor(port, timeout_seconds=60).get("/test/cached/")
    return ports


@pytest.fixture(autouse=True)
def _recovered(ports, replica):
    """Each test begins with a replica that is used by both processes."""
    for port in ports:
        assert until(lambda port=port: reads_from(port) == "replica", seconds=20)


def reads_from(port):
    return Visitor(port).get(UNCACHED).json["database"]


def new_title():
    return f"Title {uuid.uuid4().hex[:8]}"


class TestRouting:
    def test_only_safe_requests_outside_of_transactions_read_from_the_replica(self, ports):
        visitor = Visitor(ports[0])

        assert set(visitor.get("/test/several/?unknown=1").json["databases"]) == {"replica"}
        assert visitor.get("/test/transactional/?unknown=1").json == {
            "inside": "default",
            "after": "replica",
        }
        assert visitor.post("/test/nothing/", x="1").json["database"] == "default"
        assert visitor.cookies == {}

    def test_whoever_wrote_reads_from_the_primary_for_a_while_in_every_process(self, ports):
        visitor, other = Visitor(ports[0]), Visitor(ports[0])

        visitor.post("/test/write/", title=new_title())

        for port in ports:
            assert visitor.get(UNCACHED, port=port).json["database"] == "default"
            # On a busy machine the threads that watch come late.
            assert until(lambda: other.get(UNCACHED, port=port).json["database"] == "replica")  # noqa: B023
        # The time in the cookie is in whole seconds, and three more are for clocks that differ.
        assert until(
            lambda: visitor.get(UNCACHED).json["database"] == "replica",
            seconds=PIN_SECONDS + 6,
        )

    def test_the_pin_is_marked_private_and_hidden_from_scripts(self, ports):
        answer = Visitor(ports[0]).post("/test/write/", title=new_title())

        assert answer.headers["set-cookie"].startswith("mkt_pin=")
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=Lax" in answer.headers["set-cookie"]
        assert answer.headers["cache-control"] == "private"

    def test_a_forged_pin_counts_for_nothing(self, ports):
        visitor = Visitor(ports[0])
        visitor.cookies["mkt_pin"] = "1:abcdef:forged"

        assert visitor.get(UNCACHED).json["database"] == "replica"


class TestLag:
    @pytest.fixture(autouse=True)
    def _paused(self, _recovered, replica):
        replica.execute("SELECT pg_wal_replay_pause()")
        yield
        replica.execute("SELECT pg_wal_replay_resume()")

    def test_nobody_reads_old_what_he_wrote_and_after_the_bound_nobody_reads_old(self, ports):
        visitor, other = Visitor(ports[0]), Visitor(ports[1])
        title = new_title()

        visitor.post("/test/write/", title=title)
        written = time.monotonic()
        first = other.get(UNCACHED).json
        while time.monotonic() < written + MAX_LAG_SECONDS + 2.0:
            for port in ports:
                assert visitor.get(UNCACHED, port=port).json["title"] == title

        assert first["database"] == "replica"
        assert first["title"] != title
        for port in ports:
            found = Visitor(port).get(UNCACHED).json
            assert found == {"title": title, "database": "default"}
        report = Visitor(ports[0]).get("/health/ready")
        assert report.status == 200
        assert report.json["status"] == "degraded"
        assert "replica is lagging" in report.json["checks"]["replicas"]["message"]

    def test_no_old_page_is_stored_as_fresh(self, ports, replica):
        """The render after a change would get the old title from the replica, and the cache would keep it."""
        visitors = [Visitor(port) for port in ports]
        for is_first in (True, False, False):
            title = new_title()
            Visitor(ports[0]).post("/test/write/", title=title)
            if is_first:
                # The replica is not yet so late that it would be left alone.
                assert visitors[1].get(UNCACHED).json["title"] != title

            found = [visitor.get("/test/cached/") for visitor in visitors * 2]

            assert [answer.json["title"] for answer in found] == [title] * 4
            assert (found[0].state, found[-1].state) == ("miss", "hit")
            assert {answer.json["database"] for answer in found} == {"default"}

    def test_is_used_again_once_it_has_caught_up(self, ports, replica):
        title = new_title()
        Visitor(ports[0]).post("/test/write/", title=title)
        assert until(lambda: reads_from(ports[1]) == "default")

        replica.execute("SELECT pg_wal_replay_resume()")

        assert until(lambda: reads_from(ports[1]) == "replica", seconds=5)
        assert Visitor(ports[1]).get(UNCACHED).json["title"] == title


def test_renders_that_are_stored_read_from_the_replica_once_it_knows_of_the_last_change(
    ports, primary, replica
):
    visitor = Visitor(ports[0])
    visitor.post("/test/write/", title=new_title())

    def stored_from_replica():
        # Another address is another response, of the same moment.
        page = uuid.uuid4().int % 10**9
        return Visitor(ports[1]).get(f"/test/cached/?page={page}").json["database"] == "replica"

    assert until(stored_from_replica, seconds=5)


def test_an_idle_primary_makes_no_replica_late(ports):
    time.sleep(MAX_LAG_SECONDS + 1)

    assert [reads_from(port) for port in ports] == ["replica", "replica"]


class TestAway:
    def test_no_visitor_notices_that_the_replica_is_stopped(self, ports, replica):
        with Load(ports[0], [UNCACHED, "/test/iterated/?unknown=1"], visitors=2) as load:
            time.sleep(1.0)
            replica.stop()
            time.sleep(1.5)
            assert reads_from(ports[0]) == "default"
            replica.start()
            assert until(lambda: reads_from(ports[0]) == "replica")

        answers = [answer for found in load.answers.values() for _, answer in found]
        print(f"replica stopped: {len(answers)} answers, none may be an error")
        assert [answer.body[:500] for answer in answers if answer.status != 200] == []

    def test_a_read_under_way_when_the_replica_is_killed_is_answered_by_the_primary(
        self, ports, replica
    ):
        with Load(ports[1], ["/test/slow/?seconds=2"], visitors=1) as load:
            time.sleep(1.0)
            replica.kill()
            time.sleep(2.0)
            replica.start()

        assert [answer.status for _, answer in load.answers["/test/slow/?seconds=2"]].count(
            200
        ) == len(load.answers["/test/slow/?seconds=2"])

    def test_a_frozen_replica_delays_nobody_for_long(self, ports, replica):
        path = UNCACHED
        with Load(ports[0], [path], visitors=4) as load:
            time.sleep(0.5)
            replica.freeze()
            frozen = time.monotonic()
            time.sleep(5.0)
            thawed = time.monotonic()
            replica.thaw()
            assert until(lambda: reads_from(ports[0]) == "replica")

        during = [(at, answer) for at, answer in load.answers[path] if frozen < at < thawed]
        longest = max(answer.seconds for _, answer in during)
        late = [answer.seconds for at, answer in during if at > frozen + 3.5]
        print(
            f"replica frozen: {len(during)} answers, longest {longest:.2f} s, then {max(late):.2f} s"
        )
        assert load.failures(path) == []
        assert longest < 3.5
        assert max(late) < 1.0


def test_a_query_that_takes_long_is_left_alone(ports):
    """Nothing is heard of it for longer than a frozen replica is waited for."""
    assert Visitor(ports[0]).get("/test/slow/?seconds=3").json["database"] == "replica"


def test_without_its_primary_the_site_still_reads(ports, primary, replica):
    visitor = Visitor(ports[0])
    visitor.get("/test/cached/")
    primary.stop()
    try:
        time.sleep(1.0)

        assert visitor.get("/test/cached/").state == "hit"
        uncached = visitor.get(UNCACHED)
        home = visitor.get("/")
        assert (uncached.status, uncached.json["database"]) == (200, "replica")
        assert home.status == 200
        assert visitor.post("/test/write/", title="x").status == 500
        assert visitor.get("/health/ready").status == 503
    finally:
        primary.start()
    assert until(lambda: Visitor(ports[0]).post("/test/write/", title=new_title()).status == 200)

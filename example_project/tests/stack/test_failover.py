"""Parts of the stack die under load, and come back: visitors get pages, editors' work shows, no task is lost."""

import os
import signal
import time

import pytest

from tests.waiting import wait_until

from .disturbing import Visitors, away, pids

pytestmark = pytest.mark.fault
#: In every cache; and rendered for each request.
CACHED = ["/", "/blog/"]
RENDERED = ["/?visit={}", "/blog/?visit={}"]
#: Something is missing, and visitors have pages rendered at the same time.
SECONDS_TO_SHOW = 30
READS = "SELECT sum(seq_scan + idx_scan)::bigint FROM pg_stat_user_tables WHERE relname = 'wagtailcore_page'"


@pytest.fixture
def warm(stack):
    """Every path is kept, and the connections to the databases are there."""
    for _ in range(4):
        for path in CACHED + RENDERED:
            stack.get(path.format(time.time_ns())).close()


def reads(stack):
    """How often the replica was asked for pages."""
    import psycopg

    with psycopg.connect(stack.database("replica")) as connection:
        return connection.execute(READS).fetchone()[0]


def shows(stack, editor, title):
    """Whatever has happened: what is published now is everywhere soon."""
    editor("publish", title=title, slug=title.lower().replace(" ", "-"))
    return stack.shown_after(title, ["/blog/", "/blog/feed/rss/"], seconds=SECONDS_TO_SHOW)


def test_replica_is_read_from_and_its_end_costs_no_visitor_a_page(stack, editor, warm):
    before = reads(stack)
    for _ in range(20):
        stack.get(RENDERED[0].format(time.time_ns())).close()
    # The numbers are written down when a session has been idle for a second.
    wait_until(lambda: reads(stack) > before, seconds=15)

    with Visitors(stack, CACHED + RENDERED) as visitors:
        visitors.see(2)
        with away(stack, "replica", signal.SIGINT):
            shows(stack, editor, "Without a replica")
        visitors.see(2)

    assert [visitors.failures(path) for path in visitors.paths] == [[]] * len(visitors.paths)
    after = wait_until(lambda: reads(stack) or None, seconds=15)
    wait_until(
        lambda: stack.get(RENDERED[0].format(time.time_ns())).close() or reads(stack) > after,
        seconds=30,
    )


def test_restart_of_pgbouncer_fails_only_what_is_under_way(stack, editor, warm):
    with Visitors(stack, CACHED + RENDERED) as visitors:
        visitors.see(3)
        _, process = pids(stack, "pgbouncer")
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: pids(stack, "pgbouncer")[1] != process)
        visitors.see(5)

    assert [visitors.failures(path) for path in CACHED] == [[], []]
    # Of each visitor the one page that was being made.
    failed = [len(visitors.failures(path)) for path in RENDERED]
    print(f"PgBouncer killed: {failed} of {[len(visitors.answers[path]) for path in RENDERED]}")
    assert max(failed) <= 1
    shows(stack, editor, "After PgBouncer")


def test_worker_that_is_killed_loses_no_task(stack, editor, tmp_path):
    done = tmp_path / "done"
    before = editor("tasks").get("SUCCESSFUL", 0)
    editor("enqueue", number=4, path=str(done), seconds=0.5)
    wait_until(lambda: editor("tasks").get("RUNNING"))

    with away(stack, "tasks"):
        # It was killed in the middle of one, which is still said to be running.
        assert editor("tasks")["RUNNING"] == 1
        # Where no worker of its name comes back, time tells.
        assert editor("requeue", seconds=600) == 0
        editor("enqueue", number=2, path=str(done), seconds=0)

    wait_until(lambda: editor("tasks") == {"SUCCESSFUL": before + 6}, seconds=40)
    assert sorted(set(done.read_text().split())) == ["0", "1", "2", "3"]


def test_task_of_a_worker_that_never_comes_back_is_put_back(stack, editor, tmp_path):
    done = tmp_path / "done"
    before = editor("tasks").get("SUCCESSFUL", 0)
    editor("enqueue", number=1, path=str(done), seconds=1)
    wait_until(lambda: editor("tasks").get("RUNNING"))

    with away(stack, "tasks"):
        assert editor("requeue", seconds=0) == 1
        assert editor("tasks")["READY"] == 1

    wait_until(lambda: editor("tasks") == {"SUCCESSFUL": before + 1}, seconds=40)


@pytest.mark.slow
def test_cached_pages_are_there_while_no_database_is(stack, editor, warm):
    editor("publish", title="Before the outage", slug="before-the-outage")
    stack.shown_after("Before the outage", ["/blog/"], seconds=SECONDS_TO_SHOW)
    with Visitors(stack, CACHED) as visitors:
        visitors.see(5)
        with away(stack, "replica", signal.SIGINT), away(stack, "postgresql", signal.SIGINT):
            # Longer than nginx keeps what nobody asks for, and than any page is fresh.
            time.sleep(15)
        visitors.see(5)

    counts = {path: len(answers) for path, answers in visitors.answers.items()}
    print(f"15 s without any database: {counts} cached pages, all of them 200")
    assert [visitors.failures(path) for path in CACHED] == [[], []]
    wait_until(lambda: stack.is_ready(), seconds=30)
    shows(stack, editor, "After the outage")


@pytest.mark.slow
def test_restart_of_the_primary_fails_only_what_is_under_way(stack, editor, warm):
    with Visitors(stack, CACHED + RENDERED) as visitors:
        visitors.see(3)
        with away(stack, "postgresql", signal.SIGINT):
            pass
        visitors.see(10)

    assert [visitors.failures(path) for path in CACHED] == [[], []]
    failed = [len(visitors.failures(path)) for path in RENDERED]
    print(f"primary restarted: {failed} of {[len(visitors.answers[path]) for path in RENDERED]}")
    assert max(failed) <= 1
    shows(stack, editor, "After the primary")


@pytest.mark.slow
def test_redis_that_comes_back_empty_shows_nothing_old(stack, editor, warm):
    editor("publish", title="First title", slug="with-two-titles")
    path = "/blog/with-two-titles/"
    stack.get(path).close()
    stack.get(path).close()
    with Visitors(stack, CACHED + RENDERED) as visitors:
        visitors.see(3)
        with away(stack, "redis"):
            editor("rename", slug="with-two-titles", title="Second title")
            for kept in (stack.folder / "state" / "redis").glob("appendonlydir/*"):
                kept.unlink()
            visitors.see(3)
        visitors.see(5)

    assert [visitors.failures(path) for path in visitors.paths] == [[]] * len(visitors.paths)
    stack.shown_after("Second title", [path], seconds=SECONDS_TO_SHOW)
    shows(stack, editor, "After an empty Redis")


@pytest.mark.slow
def test_mail_is_sent_once_when_the_server_is_back(stack, editor):
    recipient = "somebody@example.org"

    def mails():
        found = (path.read_text() for path in (stack.folder / "mail").glob("received/new/*"))
        return [text for text in found if f"To: {recipient}" in text]

    with away(stack, "mail"):
        editor("alert", recipient=recipient)
        # By the scheduler, once a minute.
        wait_until(lambda: editor("messages"), seconds=90)
        wait_until(lambda: editor("messages")[0][1] >= 1, seconds=90)
        assert editor("messages")[0][0] == "waiting"

    wait_until(lambda: editor("messages")[0][0] == "sent", seconds=180)
    assert len(mails()) == 1


@pytest.mark.slow
def test_nginx_takes_a_new_configuration_without_losing_a_request(stack, warm):
    with Visitors(stack, CACHED + RENDERED) as visitors:
        for _ in range(3):
            visitors.see(5)
            os.kill(pids(stack, "nginx")[1], signal.SIGHUP)
        visitors.see(5)

    assert [visitors.failures(path) for path in visitors.paths] == [[]] * len(visitors.paths)


@pytest.mark.slow
def test_nobody_misses_prometheus(stack, warm):
    with Visitors(stack, CACHED + RENDERED) as visitors, away(stack, "prometheus"):
        visitors.see(10)

    assert [visitors.failures(path) for path in visitors.paths] == [[]] * len(visitors.paths)
    wait_until(lambda: stack.prometheus_answers(), seconds=60)
    assert len(stack.prometheus('up{job="site"} == 1')) == 2

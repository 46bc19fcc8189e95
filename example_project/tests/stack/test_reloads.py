"""A new release, or the death of a worker, while visitors come through nginx: each of them gets an answer."""

import os
import signal
import threading
import time
import urllib.error
from pathlib import Path

import pytest

pytestmark = pytest.mark.fault
REQUESTS = 1_000
VISITORS = 4
#: Every so many requests, one for a page that no cache has yet.
PAGES = 10


def masters(stack):
    """The pids of the two gunicorns, each with the pids of its workers."""
    files = [stack.folder / "state" / f"web-{number}.pid" for number in (1, 2)]
    pids = [int(path.read_text()) for path in files]
    children = {pid: Path(f"/proc/{pid}/task/{pid}/children").read_text() for pid in pids}
    return {pid: {int(child) for child in text.split()} for pid, text in children.items()}


@pytest.fixture
def visitors(stack):
    """``visitors(disturb)``: what went wrong for a thousand requests, while ``disturb`` is called now and then."""

    def come(disturb):
        wrong, done = [], [0] * VISITORS

        def visit(number):
            for count in range(REQUESTS // VISITORS):
                path = "/health/live" if count % PAGES else f"/?visit={number}-{time.time_ns()}"
                try:
                    with stack.get(path) as answer:
                        answer.read()
                except (urllib.error.URLError, OSError) as error:
                    wrong.append(f"{path}: {error}")
                done[number] += 1

        threads = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
        for thread in threads:
            thread.start()
        for part in (0.2, 0.5):
            while sum(done) < REQUESTS * part:
                time.sleep(0.01)
            disturb()
        for thread in threads:
            thread.join()
        assert sum(done) == REQUESTS
        return wrong

    return come


def settled(stack, before):
    """Both servers, once none of the workers of ``before`` is left and each has two new ones."""
    old = set().union(*before.values())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = masters(stack)
        fresh = [workers for workers in now.values() if len(workers) == 2 and not workers & old]
        if len(fresh) == 2:
            return now
        time.sleep(0.2)
    pytest.fail(f"{masters(stack)}, before: {before}")


def test_a_reload_loses_no_request(stack, visitors):
    before = masters(stack)
    waiting = list(before)
    assert len(waiting) == 2

    wrong = visitors(lambda: os.kill(waiting.pop(), signal.SIGHUP))

    assert wrong == []
    assert settled(stack, before).keys() == before.keys()


def test_killed_workers_cost_no_visitor_a_page(stack, visitors):
    before = masters(stack)
    waiting = [min(workers) for workers in before.values()]

    wrong = visitors(lambda: os.kill(waiting.pop(), signal.SIGKILL))

    # nginx asks the other server for whatever was under way.
    assert wrong == []
    now = masters(stack)
    assert now.keys() == before.keys()
    assert not {min(workers) for workers in before.values()} & set().union(*now.values())

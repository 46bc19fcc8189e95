"""Ten minutes at four fifths of what the stack can do: no error, no growth, no connection that nobody closes."""

import os
import re
import threading
import time
import urllib.error
from pathlib import Path

import pytest

from .test_reloads import masters

pytestmark = [pytest.mark.fault, pytest.mark.slow]
#: MKT_SOAK_SECONDS=60 is a look; what grows slowly needs all of it.
SECONDS = float(os.environ.get("MKT_SOAK_SECONDS", "600"))
CAPACITY_SECONDS = 10
SHARE = 0.8
VISITORS = 4
#: Of every ten requests one that no cache has, and one to the API; the others are pages that are kept.
MIX = ["/", "/blog/", "/blog/feed/rss/", "/blog/", "/", "/blog/?visit={}", "/blog/", "/"]
MIX += ["/api/v1/posts/?fields=title", "/blog/"]


class Load:
    """Visitors who ask without a pause, or so many times per second together."""

    def __init__(self, stack, rate=None):
        self.stack, self.rate = stack, rate
        self.done, self.wrong, self.over = [0] * VISITORS, [], threading.Event()

    def __enter__(self):
        self.threads = [
            threading.Thread(target=self.visit, args=(number,)) for number in range(VISITORS)
        ]
        self.started = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def visit(self, number):
        while not self.over.is_set():
            path = MIX[self.done[number] % len(MIX)].format(time.time_ns())
            try:
                with self.stack.get(path) as answer:
                    answer.read()
            except (urllib.error.URLError, OSError) as error:
                self.wrong.append(f"{path}: {error}")
            self.done[number] += 1
            if self.rate:
                due = self.started + self.done[number] * VISITORS / self.rate
                self.over.wait(max(0.0, due - time.monotonic()))

    @property
    def answers(self):
        return sum(self.done)


def memory(stack):
    """Bytes that only the workers of both gunicorns have, and those that they share, once each."""
    workers = set().union(*masters(stack).values())
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in workers]
    return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) for text in texts) * 1024


def descriptors(stack):
    """Files and connections that the workers have open."""
    workers = set().union(*masters(stack).values())
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in workers)


def sessions(stack):
    """Connections to PostgreSQL that are not the server's own."""
    import psycopg

    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    with psycopg.connect(stack.database()) as connection:
        return connection.execute(query).fetchone()[0]


def test_nothing_grows_and_nobody_sees_an_error(stack):
    with Load(stack) as all_that_goes:
        time.sleep(CAPACITY_SECONDS)
    rate = SHARE * all_that_goes.answers / CAPACITY_SECONDS
    samples = []
    with Load(stack, rate) as load:
        for _ in range(10):
            time.sleep(SECONDS / 10)
            samples.append((memory(stack), descriptors(stack), sessions(stack)))

    # What is loaded and filled once is there after a third of the time.
    memories, opened, connections = zip(*samples[3:], strict=True)
    growth = memories[-1] / memories[0] - 1
    print(
        f"{load.answers} answers, {rate:.0f}/s; memory {memories[0] / 1e6:.0f} to {memories[-1] / 1e6:.0f} MB "
        f"({growth:+.1%}); open files {opened[0]} to {opened[-1]}; sessions {connections[0]} to {connections[-1]}"
    )
    assert load.wrong == []
    assert all_that_goes.wrong == []
    assert load.answers > 0.9 * rate * SECONDS
    assert growth < 0.05
    # Some are in use at one moment and not at the next.
    assert opened[-1] <= opened[0] + 8
    assert connections[-1] <= connections[0] + 4

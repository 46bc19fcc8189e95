"""What was told is stored once, or counted as lost, whoever dies meanwhile."""

import os
import re
import signal
import time
import urllib.request

import pytest

from ..conftest import BROWSER
from .servers import eventually, free_port

pytestmark = pytest.mark.fault


class TestPostgreSQLAway:
    def test_events_wait_and_nothing_is_lost(self, database, network, processes):
        processes.url = network.url(database.url)
        producer = processes.produce(5000, 4)
        time.sleep(1)
        network.cut()
        time.sleep(2)
        network.mend()

        assert processes.account(producer) == [5000, 5000, 0]
        assert database.counts() == (5000, 5000)

    @pytest.mark.slow
    def test_nothing_is_lost_in_a_minute_either(self, database, network, processes):
        processes.url = network.url(database.url)
        # More come while it is away than a batch has, and fewer than the buffer holds.
        producer = processes.produce(8000, 64)
        time.sleep(1)
        network.cut()
        time.sleep(60)
        stored, _ = database.counts()
        network.mend()

        assert stored < 1000
        assert processes.account(producer) == [8000, 8000, 0]
        assert database.counts() == (8000, 8000)

    def test_what_finds_no_room_is_counted(self, database, network, processes):
        processes.url = network.url(database.url)
        processes.events = {"BUFFER_SIZE": 500, "EXIT_SECONDS": 10}
        network.cut()
        producer = processes.produce(5000, 2)
        time.sleep(3)
        network.mend()

        received, stored, dropped = processes.account(producer)

        assert (received, stored + dropped) == (5000, 5000)
        assert 450 <= stored <= 2000
        assert database.counts() == (stored, stored)

    def test_a_process_that_ends_meanwhile_counts_its_losses(self, database, network, processes):
        processes.url = network.url(database.url)
        processes.events = {"EXIT_SECONDS": 1}
        network.cut()

        producer = processes.produce(1000, 0.5)

        assert processes.account(producer) == [1000, 0, 1000]


class TestRedisRestarted:
    def test_what_was_told_is_stored_once(self, database, redis, processes):
        processes.events = {"SINK": "redis", "SINK_OPTIONS": {"URL": redis.url}}
        consumer = processes.start("mkt_events_consume")
        producer = processes.produce(5000, 4)
        time.sleep(1.5)
        redis.kill()
        time.sleep(0.5)
        redis.start()

        assert processes.account(producer) == [5000, 5000, 0]
        assert eventually(lambda: database.counts() == (5000, 5000)), database.counts()
        consumer.send_signal(signal.SIGTERM)
        assert consumer.wait(20) == 0


class TestConsumerKilled:
    def test_no_event_is_lost_or_counted_twice(self, database, redis, processes):
        processes.events = {
            "SINK": "redis",
            "SINK_OPTIONS": {"URL": redis.url, "CLAIM_SECONDS": 1},
        }
        producer = processes.produce(6000, 3)
        for _ in range(2):
            victim = processes.start("mkt_events_consume", "--batch", "200")
            before = database.counts()[0]
            assert eventually(lambda before=before: database.counts()[0] > before)
            victim.kill()
        processes.start("mkt_events_consume")
        processes.start("mkt_events_consume")

        assert processes.account(producer)[1] == 6000
        assert eventually(lambda: database.counts() == (6000, 6000), 60), database.counts()


class TestGunicorn:
    @pytest.fixture
    def gunicorn(self, processes, tmp_path):
        (tmp_path / "metrics").mkdir()
        (tmp_path / "gunicorn.conf.py").write_text("from mkt_monitoring.gunicorn import *\n")
        self.port = free_port()
        process = processes.start(
            *("-m", "gunicorn", "--config", str(tmp_path / "gunicorn.conf.py"), "--workers", "2"),
            *("--bind", f"127.0.0.1:{self.port}", "--preload", "--log-level", "error"),
            *("--no-control-socket", "tests.events.faults.site:application"),
            PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "metrics"),
        )
        assert eventually(self._answers, 60)
        return process

    def _answers(self):
        try:
            return bool(self.get("told/0/"))
        except OSError:
            return False

    def get(self, path):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", headers={"User-Agent": BROWSER}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read().decode()

    def metric(self, name):
        text = self.get("metrics")
        return sum(float(value) for value in re.findall(rf"^{name}\S* (\S+)$", text, re.MULTILINE))

    def test_sigterm_loses_nothing(self, database, gunicorn):
        for _ in range(40):
            self.get("told/50/")
        gunicorn.send_signal(signal.SIGTERM)

        assert gunicorn.wait(60) == 0
        assert database.counts() == (2000, 2000)

    def test_a_killed_worker_loses_no_more_than_its_last_moments(self, database, gunicorn):
        for _ in range(20):
            self.get("told/50/")
        assert eventually(lambda: database.counts() == (1000, 1000))
        # What each worker is killed with, right after it was told.
        told = 0
        for _ in range(3):
            worker = int(self.get("told/10/"))
            told += 10
            os.kill(worker, signal.SIGKILL)
            assert eventually(self._answers)
        self.get("told/7/")

        assert eventually(lambda: database.counts()[0] >= 1007)
        time.sleep(1)
        stored, counted = database.counts()
        assert stored == counted
        assert 1007 <= stored <= 1007 + told
        assert self.metric("mkt_events_stored_total") == stored
        gunicorn.send_signal(signal.SIGTERM)
        assert gunicorn.wait(60) == 0

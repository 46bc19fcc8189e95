"""Real queues and real workers: Celery on Redis, and the queue in the database."""

import ast
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.fault

PACKAGE = Path(__file__).parents[2]


class Queue:
    """A site whose processes count in one directory."""

    def __init__(self, kind, folder):
        (folder / "metrics").mkdir()
        self.environment = {name: one for name, one in os.environ.items() if "DJANGO" not in name}
        self.environment |= {
            "TEST_TASKS": kind,
            "TEST_FOLDER": str(folder),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment["TEST_METRICS_PORT"] = str(self.port)

    @property
    def command(self):
        # Imported, and not run as a script: tasks are found by the name of their module.
        run = "import sys; from tests.tasks import sites; sites.main(sys.argv[1])"
        return [sys.executable, "-W", "ignore", "-c", run]

    def run(self, what):
        done = subprocess.run(
            [*self.command, what],
            cwd=PACKAGE,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def at_the_port(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/metrics", timeout=20) as answer:
            return answer.read().decode()

    def metrics(self):
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(self.run("metrics"))
            for sample in family.samples
            if sample.name.startswith(("task_", "mkt_monitoring_collector_success"))
        }


def of_task(name, queue, metrics):
    """Enqueued, started, successful, failed, timed."""

    def value(sample, *labels):
        return metrics.get((sample, *sorted(labels)), 0)

    return (
        value("task_enqueued_total", name, queue),
        value("task_started_total", name, queue),
        value("task_finished_total", name, queue, "successful"),
        value("task_finished_total", name, queue, "failed"),
        value("task_duration_seconds_count", name),
    )


class TestDatabase:
    @pytest.fixture
    def queue(self, tmp_path):
        return Queue("database", tmp_path)

    def test_from_the_queue_to_the_end(self, queue):
        queue.run("enqueue")
        before = queue.metrics()
        time.sleep(1.1)
        older = queue.metrics()
        queue.run("worker")
        after = queue.metrics()

        # The task of in an hour is not due.
        assert before["task_backlog", "default", "default"] == 4
        assert older["task_backlog_age_seconds",] >= before["task_backlog_age_seconds",] + 1
        assert ("task_backlog", "default", "default") not in after
        assert after["task_backlog_age_seconds",] == 0
        assert of_task("tests.tasks.sites.quiet", "default", after) == (3, 3, 3, 0, 3)
        assert of_task("tests.tasks.sites.failing", "default", after) == (1, 1, 0, 1, 1)
        assert of_task("tests.tasks.sites.later", "default", after) == (1, 0, 0, 0, 0)
        assert after["task_wait_seconds_count", "default"] == 4
        assert after["task_wait_seconds_sum", "default"] >= 4 * 1.1

    def test_dashboards_and_alerts_know_what_waits(self, queue):
        queue.run("enqueue")
        time.sleep(1.1)
        number, seconds = ast.literal_eval(queue.run("waiting"))
        queue.run("worker")

        assert number == 4
        assert seconds >= 1.1
        assert ast.literal_eval(queue.run("waiting")) == (0, 0.0)


class TestCelery:
    @pytest.fixture
    def queue(self, tmp_path):
        if "REDIS_URL" not in os.environ:
            if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
                pytest.fail("REDIS_URL is not set")
            pytest.skip("REDIS_URL is not set")
        queue = Queue("celery", tmp_path)
        # A database of Redis that nobody else has.
        queue.environment["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/13"
        import redis

        with redis.Redis.from_url(queue.environment["REDIS_URL"]) as client:
            client.flushdb()
        return queue

    def test_from_the_queue_to_the_end(self, queue, tmp_path):
        queue.run("enqueue")
        before = queue.metrics()
        time.sleep(1.1)
        older = queue.metrics()
        assert before["task_backlog", "celery", "celery"] == 7
        assert older["task_backlog_age_seconds",] >= before["task_backlog_age_seconds",] + 1

        with (
            (tmp_path / "log").open("w") as log,
            subprocess.Popen(
                [*queue.command, "worker"],
                cwd=PACKAGE,
                env=queue.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            ) as worker,
        ):
            try:
                self.wait_for_the_end(queue)
                at_the_port = queue.at_the_port()
            finally:
                worker.send_signal(signal.SIGTERM)
                worker.wait(60)
                after = queue.metrics()

        log = (tmp_path / "log").read_text()
        assert 'task_finished_total{queue="celery",status="successful",task="site.quiet"} 3.0' in (
            at_the_port
        )
        assert after["task_backlog", "celery", "celery"] == 0, log
        assert of_task("site.quiet", "celery", after) == (3, 3, 3, 0, 3), log
        assert of_task("site.failing", "celery", after) == (1, 1, 0, 1, 1)
        # A task that tries again twice is enqueued and started three times, and finishes once.
        assert of_task("site.again", "celery", after) == (3, 3, 1, 0, 3)
        assert of_task("site.later", "celery", after) == (1, 1, 1, 0, 1)
        # Killed in the middle: its main process says so. How long it took is known by nobody.
        assert of_task("site.killed", "celery", after) == (1, 1, 0, 1, 0)
        assert after["task_wait_seconds_count", "celery"] == 9

    @staticmethod
    def wait_for_the_end(queue):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = queue.metrics()
            ended = sum(value for key, value in found.items() if key[0] == "task_finished_total")
            if ended == 7:
                return found
            time.sleep(0.2)
        return found

    def test_a_broker_that_is_gone_costs_one_collector(self, queue):
        queue.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"

        found = queue.metrics()

        assert found["mkt_monitoring_collector_success", "mkt_monitoring.task_backlog"] == 0
        assert found["mkt_monitoring_collector_success", "mkt_monitoring.migrations"] == 1

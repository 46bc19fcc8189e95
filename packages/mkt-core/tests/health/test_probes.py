"""Many probes, and databases that the site can do without."""

import threading
import time

import pytest
from django.db import connections

from mkt_core._settings.health import HealthSettings
from mkt_core.health import Degraded, checks, register, start_draining
from mkt_core.health.checks import register_configured
from mkt_core.health.report import run_checks

from ..servers import postgres_at


@pytest.mark.usefixtures("no_checks")
class TestReuse:
    def count(self, client, settings, seconds, probes=5):
        settings.MKT_CORE = {"HEALTH_REUSE_SECONDS": seconds}
        calls = []
        register("one")(lambda: calls.append(1))
        for _ in range(probes):
            assert client.get("/health/ready").status_code == 200
        return len(calls)

    def test_a_flood_of_probes_asks_the_database_once_a_second(self, client, settings):
        assert self.count(client, settings, 30.0) == 1

    def test_can_be_turned_off(self, client, settings):
        assert self.count(client, settings, 0.0) == 5

    def test_draining_is_seen_at_once(self, client, settings):
        self.count(client, settings, 30.0)

        start_draining()

        assert client.get("/health/ready").status_code == 503

    def test_a_new_check_is_run_at_once(self, client, settings):
        self.count(client, settings, 30.0)

        @register("two")
        def fail():
            raise RuntimeError

        assert client.get("/health/ready").status_code == 503

    def test_an_outage_is_seen_after_that_time(self, client, settings):
        settings.MKT_CORE = {"HEALTH_REUSE_SECONDS": 0.05}
        broken = []

        @register("one")
        def check():
            if broken:
                raise RuntimeError

        assert client.get("/health/ready").status_code == 200
        broken.append(1)
        time.sleep(0.06)

        assert client.get("/health/ready").status_code == 503

    def test_a_hundred_at_the_same_time(self, client, settings):
        settings.MKT_CORE = {"HEALTH_REUSE_SECONDS": 30.0}
        calls, gate = [], threading.Event()

        @register("one")
        def check():
            calls.append(1)
            gate.wait(1)

        threads = [threading.Thread(target=run_checks) for _ in range(100)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()

        # Those that came while it was under way shared it.
        assert len(calls) < 100


@pytest.mark.usefixtures("no_checks")
class TestDegraded:
    def test_a_critical_check_may_say_that_pages_are_served(self, client):
        @register("database")
        def check():
            raise Degraded("one of two servers is down")

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "degraded"})

    def test_passwords_in_messages_are_not_shown(self, client, settings):
        settings.MKT_CORE = {"HEALTH_NETWORKS": ["127.0.0.1"]}

        @register("search")
        def check():
            raise ConnectionError("https://ann:hunter2@search/ refused")

        assert "hunter2" not in client.get("/health/ready").content.decode()


@pytest.mark.usefixtures("no_checks")
class TestReplicas:
    def test_a_lost_replica_only_degrades(self, client, monkeypatch, closed_port):
        register_configured(HealthSettings(HEALTH_REPLICAS=("default",)))
        monkeypatch.setattr(checks, "connections", postgres_at(closed_port))

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "degraded"})

    def test_each_has_a_check_of_its_own(self, monkeypatch):
        register_configured(HealthSettings(HEALTH_REPLICAS=("one", "two")))

        assert [result.name for result in run_checks().results] == ["replica one", "replica two"]


class TestPool:
    @pytest.mark.django_db
    def test_a_connection_of_its_own_is_taken(self, monkeypatch):
        # A pool may have none left although all is well, when the site is busy.
        connection = connections["default"]
        options = {**connection.settings_dict.get("OPTIONS", {}), "pool": True}
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)

        with checks._connection("default") as found:
            assert found is not connection
            assert "pool" not in found.settings_dict["OPTIONS"]
        assert connection.settings_dict["OPTIONS"]["pool"] is True


@pytest.mark.usefixtures("no_checks")
class TestOtherMiddleware:
    @pytest.mark.parametrize("url", ["/health/live", "/health/ready", "/health/startup"])
    def test_none_of_them_has_a_say(self, client, settings, url):
        settings.ALLOWED_HOSTS = ["www.example.com"]
        settings.SECURE_SSL_REDIRECT = True
        settings.MIDDLEWARE = [
            "mkt_core.health.middleware.HealthMiddleware",
            "tests.health.refusing.refuse",
            *settings.MIDDLEWARE,
        ]

        response = client.get(url, headers={"host": "10.42.0.17:8000"})

        assert response.status_code == 200
        assert client.get("/whoami/").status_code == 429

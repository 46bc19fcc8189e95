import json
import logging
import threading
import time

import pytest
from django.contrib.auth.models import User
from django.db import connection

from mkt_core.health import checks, draining, register, start_draining, unregister
from mkt_core.health.report import run_checks
from mkt_core.signals import health_check_changed

from ..servers import postgres_at, redis_at

URLS = ["/health/live", "/health/ready", "/health/startup"]


def details(client, url="/health/ready"):
    return json.loads(client.get(url).content)


def passing():
    pass


def failing():
    raise RuntimeError("the disk is full")


@pytest.fixture
def from_operator(settings):
    """The test client's address may see details."""
    settings.MKT_CORE = {"HEALTH_NETWORKS": ["127.0.0.1"]}


@pytest.fixture
def impatient(settings):
    settings.MKT_CORE = {"HEALTH_TIMEOUT_SECONDS": 0.2}


@pytest.fixture
def gate():
    """A dependency that hangs until the test opens the gate, or ends."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.usefixtures("no_checks")
class TestAnswers:
    @pytest.mark.parametrize("url", URLS)
    def test_is_json_and_never_cached(self, client, url):
        response = client.get(url)

        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        assert json.loads(response.content) == {"status": "ok"}

    @pytest.mark.parametrize("url", URLS)
    def test_head_is_allowed(self, client, url):
        assert client.head(url).status_code == 200

    @pytest.mark.parametrize("url", URLS)
    @pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
    def test_other_methods_are_not(self, client, url, method):
        response = getattr(client, method)(url)

        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD"
        assert response.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("url", URLS)
    def test_no_login_is_asked_for(self, client, settings, url):
        settings.MIDDLEWARE = [
            *settings.MIDDLEWARE,
            "django.contrib.auth.middleware.LoginRequiredMiddleware",
        ]

        assert client.get(url).status_code == 200
        assert client.get("/whoami/").status_code == 302


@pytest.mark.usefixtures("no_checks")
class TestStatus:
    def test_ok_when_all_pass(self, client):
        register("one")(passing)
        register("two", critical=False)(passing)

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "ok"})

    def test_unavailable_when_a_critical_check_fails(self, client):
        register("one")(failing)
        register("two")(passing)

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (503, {"status": "unavailable"})

    def test_degraded_but_200_when_another_check_fails(self, client):
        register("one", critical=False)(failing)

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "degraded"})

    def test_unavailable_while_draining(self, client):
        register("one")(passing)
        start_draining()

        assert client.get("/health/ready").status_code == 503
        assert client.get("/health/live").status_code == 200

    @pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, TimeoutError("slow")])
    def test_any_exception_is_only_a_failure(self, client, error):
        @register("one", critical=False)
        def check():
            raise error

        assert client.get("/health/ready").json() == {"status": "degraded"}


@pytest.mark.usefixtures("no_checks")
class TestStartup:
    def test_waits_for_the_critical_checks(self, client):
        broken = {"database"}

        @register("database")
        def check():
            if broken:
                raise RuntimeError

        assert client.get("/health/startup").status_code == 503
        broken.clear()
        assert client.get("/health/startup").status_code == 200

    def test_does_not_wait_for_others(self, client):
        calls = []
        register("cache", critical=False)(lambda: calls.append(1))

        assert client.get("/health/startup").status_code == 200
        assert calls == []

    def test_asks_nothing_once_started(self, client):
        calls = []
        register("one")(lambda: calls.append(1))

        for _ in range(3):
            client.get("/health/startup")

        assert calls == [1]


@pytest.mark.usefixtures("no_checks")
class TestDetails:
    def test_strangers_see_none(self, client):
        register("secret name")(failing)

        assert client.get("/health/ready").json() == {"status": "unavailable"}

    @pytest.mark.usefixtures("from_operator")
    def test_allowed_addresses_see_all(self, client):
        register("one")(passing)
        register("two", critical=False)(failing)

        body = details(client)

        assert body["status"] == "degraded"
        assert body["draining"] is False
        assert body["checks"]["one"].pop("duration_seconds") >= 0
        assert body["checks"]["two"].pop("duration_seconds") >= 0
        assert body["checks"] == {
            "one": {"status": "ok", "critical": True},
            "two": {
                "status": "failed",
                "critical": False,
                "message": "RuntimeError: the disk is full",
            },
        }

    @pytest.mark.usefixtures("from_operator")
    def test_addresses_behind_a_proxy_see_none(self, client):
        register("one")(passing)

        response = client.get("/health/ready", headers={"X-Forwarded-For": "127.0.0.1"})

        assert response.json() == {"status": "ok"}

    def test_debug_shows_all(self, client, settings):
        settings.DEBUG = True
        register("one")(passing)

        assert "one" in details(client)["checks"]

    @pytest.mark.parametrize(("is_staff", "seen"), [(True, True), (False, False)])
    @pytest.mark.django_db
    def test_staff_see_all(self, client, is_staff, seen):
        register("one")(passing)
        client.force_login(User.objects.create(username="ann", is_staff=is_staff))

        assert ("checks" in details(client)) is seen

    @pytest.mark.django_db
    def test_nobody_is_looked_up_while_a_critical_check_fails(
        self, client, django_assert_num_queries
    ):
        register("database")(failing)
        client.force_login(User.objects.create(username="ann", is_staff=True))

        with django_assert_num_queries(0):
            assert "checks" not in details(client)

    @pytest.mark.usefixtures("from_operator")
    def test_long_messages_are_cut(self, client):
        @register("one")
        def check():
            raise RuntimeError("x" * 10_000)

        assert len(details(client)["checks"]["one"]["message"]) == 300


@pytest.mark.usefixtures("no_checks")
class TestTimeouts:
    @pytest.mark.usefixtures("impatient")
    def test_a_check_that_hangs_fails_in_time(self, client, gate):
        register("one")(gate.wait)
        register("two")(gate.wait)
        before = time.monotonic()

        response = client.get("/health/ready")

        # Both side by side; generous, for a busy machine.
        assert response.status_code == 503
        assert 0.2 <= time.monotonic() - before < 5

    def test_a_check_may_have_its_own(self, gate):
        register("one", timeout_seconds=0.05)(gate.wait)

        [result] = run_checks().results

        assert result.message.startswith("TimeoutError: no answer within 0.")
        assert not result.passed

    def test_probes_share_a_check_that_is_under_way(self, gate):
        calls = []

        @register("one", timeout_seconds=1.5)
        def check():
            calls.append(1)
            gate.wait()

        threads = [threading.Thread(target=run_checks) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert calls == [1]

    def test_a_check_that_hangs_for_long_holds_few_threads(self, gate):
        calls = []

        @register("one", timeout_seconds=0.01)
        def check():
            calls.append(1)
            gate.wait()

        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            assert not run_checks().results[0].passed

        # After 0.02 s, then 0.04 s, 0.08 s …: never more than doubling allows in the time.
        assert 2 <= len(calls) <= 7

    def test_recovery_is_noticed_although_an_old_attempt_still_hangs(self, gate):
        calls = []

        @register("one", timeout_seconds=0.05)
        def check():
            calls.append(1)
            if len(calls) == 1:
                gate.wait()

        assert not run_checks().results[0].passed
        until = time.monotonic() + 30
        while not run_checks().results[0].passed:
            assert time.monotonic() < until
            time.sleep(0.02)

        assert not gate.is_set()


@pytest.mark.usefixtures("no_checks")
class TestChanges:
    @pytest.fixture
    def told(self):
        told = []
        receiver = lambda sender, result, **kwargs: told.append((result.name, result.passed))  # noqa: E731
        health_check_changed.connect(receiver)
        yield told
        health_check_changed.disconnect(receiver)

    def test_an_outage_is_told_and_logged_once_and_its_end_too(self, told, caplog):
        broken = [True]

        @register("one")
        def check():
            if broken:
                raise RuntimeError("gone")

        with caplog.at_level(logging.INFO, logger="mkt_core.health"):
            for _ in range(3):
                run_checks()
            broken.clear()
            for _ in range(3):
                run_checks()

        assert told == [("one", False), ("one", True)]
        assert [record.getMessage() for record in caplog.records] == [
            "Health check one fails: RuntimeError: gone",
            "Health check one passes again",
        ]

    def test_probes_during_an_outage_are_no_errors_of_their_own(self, client, caplog):
        register("one")(failing)

        for _ in range(3):
            client.get("/health/ready")

        assert [record.name for record in caplog.records] == ["mkt_core.health.report"]


@pytest.mark.usefixtures("no_checks")
class TestRegistry:
    def test_a_name_is_taken_once(self):
        register("one")(passing)

        with pytest.raises(ValueError, match="already a health check 'one'"):
            register("one")(failing)

    def test_registering_the_same_function_again_is_harmless(self):
        register("one")(passing)
        register("one")(passing)

        assert len(run_checks().results) == 1

    def test_a_check_can_be_replaced(self):
        register("one")(failing)
        assert unregister("one").function is failing
        register("one")(passing)

        assert run_checks().status == "ok"

    def test_removing_what_is_not_there(self):
        assert unregister("one") is None


class TestBuiltInChecks:
    @pytest.mark.usefixtures("autocommit", "from_operator")
    def test_all_pass(self, client, settings):
        settings.MKT_CORE = {**settings.MKT_CORE, "HEALTH_TIMEOUT_SECONDS": 60}

        body = details(client)

        assert body["status"] == "ok"
        assert list(body["checks"]) == ["database", "migrations", "cache"]

    @pytest.mark.django_db
    @pytest.mark.usefixtures("from_operator")
    def test_stopped_database(self, client, monkeypatch, closed_port):
        unregister("migrations")
        monkeypatch.setattr(checks, "connections", postgres_at(closed_port))

        response = client.get("/health/ready")

        assert response.status_code == 503
        assert "OperationalError" in response.json()["checks"]["database"]["message"]

    @pytest.mark.django_db
    def test_hung_database(self, client, monkeypatch, settings, silent_port):
        settings.MKT_CORE = {"HEALTH_TIMEOUT_SECONDS": 0.2, "HEALTH_NETWORKS": ["127.0.0.1"]}
        monkeypatch.setattr(checks, "connections", postgres_at(silent_port))
        before = time.monotonic()

        response = client.get("/health/ready")

        assert response.status_code == 503
        assert time.monotonic() - before < 5
        for name in ["database", "migrations"]:
            assert response.json()["checks"][name]["message"].startswith("TimeoutError: no answer")

    @pytest.mark.django_db
    @pytest.mark.usefixtures("impatient")
    def test_live_answers_while_the_database_hangs(self, client, monkeypatch, silent_port):
        monkeypatch.setattr(checks, "connections", postgres_at(silent_port))
        client.get("/health/ready")

        assert client.get("/health/live").status_code == 200

    def test_stopped_cache_only_degrades(self, client, monkeypatch, closed_port):
        unregister("database")
        unregister("migrations")
        monkeypatch.setattr(checks, "cache", redis_at(closed_port))

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "degraded"})

    @pytest.mark.usefixtures("impatient")
    def test_hung_cache_only_degrades(self, client, monkeypatch, silent_port):
        unregister("database")
        unregister("migrations")
        monkeypatch.setattr(checks, "cache", redis_at(silent_port, timeout_seconds=30))
        before = time.monotonic()

        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "degraded"})
        assert time.monotonic() - before < 5

    def test_cache_that_forgets(self, settings):
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

        with pytest.raises(checks.CheckFailed, match="does not give back"):
            checks.check_cache()

    @pytest.mark.django_db
    def test_waiting_migration(self):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

        with pytest.raises(
            checks.CheckFailed, match=r"1 migrations wait .* sessions\.0001_initial"
        ):
            checks.check_migrations()

    @pytest.mark.django_db
    def test_migrations_are_looked_at_until_they_are_applied(self, django_assert_num_queries):
        checks.check_migrations()

        with django_assert_num_queries(0):
            checks.check_migrations()

    @pytest.mark.django_db
    def test_database_costs_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            checks.check_databases()


class TestLive:
    def test_touches_neither_database_nor_cache(self, rf, monkeypatch):
        # Without the django_db mark, pytest-django makes any query an error.
        monkeypatch.setattr(checks, "cache", None)

        from mkt_core.health.views import live

        assert live(rf.get("/health/live", headers={"host": "not a host!"})).status_code == 200

    def test_takes_less_than_a_millisecond(self, rf):
        from mkt_core.health.views import live

        request = rf.get("/health/live")
        times = []
        for _ in range(200):
            before = time.process_time()
            live(request)
            times.append(time.process_time() - before)

        assert sorted(times)[100] < 0.001


def test_draining_starts_unset():
    assert not draining.is_draining()

import asyncio
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from django.http import HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, RequestFactory

from mkt_core.health import is_draining, register, watch_sigterm
from mkt_core.health.middleware import HealthMiddleware


@pytest.fixture(autouse=True)
def _health_middleware_first(settings, no_checks):
    settings.MIDDLEWARE = ["mkt_core.health.middleware.HealthMiddleware", *settings.MIDDLEWARE]


@pytest.fixture
def server_handler():
    """What a server does on SIGTERM, in place of dying."""
    received = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: received.append(number))
    yield received
    signal.signal(signal.SIGTERM, before)


class TestPlace:
    @pytest.mark.parametrize("url", ["/health/live", "/health/ready", "/health/startup"])
    def test_answers_any_host_and_before_a_redirect_to_https(self, client, settings, url):
        settings.ALLOWED_HOSTS = ["www.example.com"]
        settings.SECURE_SSL_REDIRECT = True

        response = client.get(url, headers={"host": "10.42.0.17:8000"})

        assert response.status_code == 200
        assert client.get("/whoami/", headers={"host": "10.42.0.17:8000"}).status_code != 200

    def test_no_other_middleware_is_run(self, client):
        assert "X-Request-ID" not in client.get("/health/live").headers
        assert "X-Request-ID" in client.get("/whoami/").headers

    @pytest.mark.parametrize("url", ["/health/liv", "/health/live/", "/health/", "/"])
    def test_other_urls_go_their_way(self, client, url):
        assert client.get(url).status_code == 404

    def test_other_methods_are_refused(self, client):
        assert client.post("/health/live").status_code == 405

    def test_follows_the_urlconf(self, client, settings):
        settings.ROOT_URLCONF = "tests.prefixed_urls"

        assert client.get("/internal/health/live").status_code == 200
        assert client.get("/health/live").status_code == 404

    def test_urlconf_without_health_urls(self, client, settings):
        settings.ROOT_URLCONF = "tests.empty_urls"

        assert client.get("/health/live").status_code == 404

    def test_broken_check_is_an_answer(self, client):
        @register("one")
        def check():
            raise RuntimeError

        assert client.get("/health/ready").status_code == 503


class TestAsync:
    def test_answers(self):
        client = AsyncClient()

        async def ask():
            return [
                (await client.get(url)).status_code
                for url in ["/health/live", "/health/ready", "/health/startup", "/awhoami/"]
            ]

        assert asyncio.run(ask()) == [200, 200, 200, 200]

    def test_a_hanging_check_does_not_hold_up_the_loop(self):
        gate = threading.Event()
        register("one", timeout_seconds=1)(gate.wait)

        async def other(request):
            return HttpResponse()

        middleware = HealthMiddleware(other)
        requests = AsyncRequestFactory()

        async def ask():
            probe = asyncio.create_task(middleware(requests.get("/health/ready")))
            await asyncio.sleep(0.05)
            before = time.monotonic()
            live = await middleware(requests.get("/health/live"))
            waited = time.monotonic() - before
            return live.status_code, waited, probe.done(), (await probe).status_code

        live, waited, probe_was_done, ready = asyncio.run(ask())
        gate.set()

        assert (live, probe_was_done, ready) == (200, False, 503)
        assert waited < 5


class TestSigterm:
    def test_ready_says_no_and_the_server_still_hears_of_it(self, client, server_handler):
        assert client.get("/health/ready").status_code == 200

        signal.raise_signal(signal.SIGTERM)

        assert client.get("/health/ready").status_code == 503
        assert client.get("/health/live").status_code == 200
        assert server_handler == [signal.SIGTERM]

    def test_watching_twice_is_watching_once(self, server_handler):
        watch_sigterm()
        watcher = signal.getsignal(signal.SIGTERM)
        watch_sigterm()

        assert signal.getsignal(signal.SIGTERM) is watcher
        signal.raise_signal(signal.SIGTERM)

        assert server_handler == [signal.SIGTERM]
        assert is_draining()

    def test_a_server_that_listens_only_after_loading_the_application(self):
        before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            middleware = HealthMiddleware(lambda request: HttpResponse())
            signal.signal(signal.SIGTERM, lambda number, frame: None)
            middleware(RequestFactory().get("/"))

            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.signal(signal.SIGTERM, before)

        assert is_draining()

    def test_default_handling_is_left_alone(self):
        before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            watch_sigterm()

            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        finally:
            signal.signal(signal.SIGTERM, before)

    def test_other_threads_cannot_watch_and_do_not_fail(self, server_handler):
        errors = []

        def watch():
            try:
                watch_sigterm()
            except ValueError as error:
                errors.append(error)

        thread = threading.Thread(target=watch)
        thread.start()
        thread.join()

        assert errors == []

    def test_a_process_with_a_hung_check_ends(self):
        code = textwrap.dedent("""
            import threading
            from django.conf import settings
            settings.configure()
            from mkt_core.health import register
            from mkt_core.health.report import run_checks
            register("one", timeout_seconds=0.1)(threading.Event().wait)
            print(run_checks().status)
        """)

        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
        )

        assert (done.stdout, done.returncode) == ("unavailable\n", 0)

"""Many at once, nothing yet, something old, or nothing that works."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from mkt_core.cache import dont_cache, tag
from mkt_core.cache.middleware import ResponseCacheMiddleware
from mkt_core.cache.store import bump, get_store


class View:
    """Takes its time, counts, and fails if it is told to."""

    def __init__(self, seconds=0.0, *, is_private=False):
        self.seconds = seconds
        self.is_private = is_private
        self.error = None
        self.status = 200
        self.renders = 0
        self.most_at_once = 0
        self._running = 0
        self._lock = threading.Lock()

    def __call__(self, request):
        with self._lock:
            self.renders += 1
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        tag("view")
        time.sleep(self.seconds)
        with self._lock:
            self._running -= 1
        if self.is_private:
            dont_cache("somebody")
        if self.error:
            raise self.error
        return HttpResponse(f"render {self.renders}", status=self.status)


def get(middleware, path="/"):
    return middleware(RequestFactory().get(path))


def burst(middleware, count):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: get(middleware), range(count)))


@pytest.fixture
def soft_expiry(website):
    """Responses are past their time as soon as they are stored, and still usable."""
    website.MKT_CORE = {"CACHE_SECONDS": 0.0}


def test_one_renders_and_the_others_wait(website):
    view = View(0.3)

    responses = burst(ResponseCacheMiddleware(view), 20)

    assert view.renders == 1
    assert {response.content for response in responses} == {b"render 1"}
    assert sorted(response["X-MKT-Cache"] for response in responses) == [*["hit"] * 19, "miss"]


def test_nobody_waits_for_what_is_not_for_everybody(website):
    view = View(0.2, is_private=True)
    middleware = ResponseCacheMiddleware(view)
    get(middleware)

    started = time.monotonic()
    responses = burst(middleware, 10)

    assert time.monotonic() - started < 1
    assert view.most_at_once > 5
    assert {response["X-MKT-Cache"] for response in responses} == {"bypass:somebody"}


def test_waiting_has_an_end(website):
    website.MKT_CORE = {"CACHE_WAIT_SECONDS": 0.1}
    view = View()
    middleware = ResponseCacheMiddleware(view)
    key = "http://testserver|80/?##"
    assert get_store().lease(key, 30)

    started = time.monotonic()
    response = get(middleware)

    assert (response["X-MKT-Cache"], view.renders) == ("miss", 1)
    assert 0.1 <= time.monotonic() - started < 1
    assert get(middleware)["X-MKT-Cache"] == "hit"


def test_the_old_response_is_given_out_while_one_renders(soft_expiry):
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    view.seconds = 0.3

    responses = burst(middleware, 10)

    assert view.renders == 2
    states = sorted(response["X-MKT-Cache"] for response in responses)
    assert states == ["miss", *["stale"] * 9]


def test_a_changed_response_is_not_given_out(soft_expiry):
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    bump({"view"})
    view.seconds = 0.2

    responses = burst(middleware, 10)

    assert {response.content for response in responses} == {b"render 2"}


@pytest.mark.parametrize("is_response", [True, False])
def test_the_old_response_instead_of_an_error(is_response, soft_expiry):
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    if is_response:
        view.status = 503
    else:
        view.error = RuntimeError("broken view")

    response = get(middleware)

    assert (response.status_code, response.content, response["X-MKT-Cache"]) == (
        200,
        b"render 1",
        "stale",
    )
    view.status, view.error = 200, None
    assert get(middleware)["X-MKT-Cache"] == "miss"


def test_an_error_instead_of_a_wrong_response(soft_expiry):
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    bump({"view"})
    view.error = RuntimeError("broken view")

    with pytest.raises(RuntimeError, match="broken view"):
        get(middleware)


def test_a_change_during_the_failing_render_counts(soft_expiry):
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    view.error = RuntimeError("broken view")
    render = view.__call__

    def change_and_fail(request):
        bump({"view"})
        return render(request)

    with pytest.raises(RuntimeError, match="broken view"):
        get(ResponseCacheMiddleware(change_and_fail))


def test_an_error_of_its_own_goes_through_and_frees_the_lease(website):
    view = View()
    view.error = RuntimeError("broken view")
    middleware = ResponseCacheMiddleware(view)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken view"):
            get(middleware)

    view.error = None
    started = time.monotonic()

    assert get(middleware)["X-MKT-Cache"] == "miss"
    assert time.monotonic() - started < 1


def test_errors_are_not_rendered_one_after_the_other(website):
    view = View(0.2)
    view.status = 500
    middleware = ResponseCacheMiddleware(view)
    get(middleware)

    started = time.monotonic()
    burst(middleware, 10)

    assert time.monotonic() - started < 1.5


def test_some_render_before_the_time_is_up(website, monkeypatch):
    view = View(0.05)
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    assert get(middleware)["X-MKT-Cache"] == "hit"

    # The luck of one in an astronomical number.
    monkeypatch.setattr("mkt_core.cache.serving.random.random", lambda: 1.0 - 1e-300)
    website.MKT_CORE = {"CACHE_SECONDS": 10.0}
    bump({"view"})
    assert get(middleware)["X-MKT-Cache"] == "miss"

    assert get(middleware)["X-MKT-Cache"] == "miss"
    assert view.renders == 3


def test_one_process_may_answer_for_a_moment_without_the_store(website, monkeypatch):
    website.MKT_CORE = {"CACHE_LOCAL_SECONDS": 1.0}
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    get(middleware)
    asked = []
    monkeypatch.setattr(get_store(), "look_up", lambda *args: asked.append(args))

    assert get(middleware)["X-MKT-Cache"] == "hit"
    assert not asked


def test_a_process_sees_its_own_changes_without_delay(website):
    from mkt_core.cache.purging import deliver

    website.MKT_CORE = {"CACHE_LOCAL_SECONDS": 2.0}
    view = View()
    middleware = ResponseCacheMiddleware(view)
    get(middleware)
    get(middleware)

    deliver({"view"})

    assert get(middleware).content == b"render 2"


def test_without_the_server_every_visitor_is_served(website, victim, redis_settings):
    redis_settings(victim.url)
    client = Client()
    assert client.get("/plain/")["X-MKT-Cache"] == "miss"
    assert client.get("/plain/")["X-MKT-Cache"] == "hit"

    victim.kill()
    states = {client.get("/plain/")["X-MKT-Cache"] for _ in range(20)}

    assert states == {"bypass:unavailable"}


def test_a_frozen_server_costs_little_once(website, victim, redis_settings):
    redis_settings(victim.url)
    client = Client()
    client.get("/plain/")
    victim.freeze()

    started = time.monotonic()
    assert client.get("/plain/").status_code == 200
    first = time.monotonic() - started
    started = time.monotonic()
    for _ in range(20):
        assert client.get("/plain/").status_code == 200

    assert first < 1
    assert time.monotonic() - started < 1


def test_one_of_fifty_in_two_processes_renders(server):
    environment = {
        **os.environ,
        "REDIS_URL": server.url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    command = [sys.executable, "-m", "tests.cache.middleware.crowd", "25"]
    root = Path(__file__).parents[3]
    processes = [
        subprocess.Popen(command, cwd=root, env=environment, stdin=PIPE, stdout=PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"

    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0].split() for process in processes]

    assert sum(int(answer[0]) for answer in answers) == 1
    states = [state for answer in answers for state in answer[1:]]
    assert sorted(states) == [*["hit"] * 49, "miss"]

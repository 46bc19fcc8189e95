import threading

import pytest

from mkt_core.cache.breaker import Breaker

from .servers import eventually


class Server:
    def __init__(self):
        self.is_up = False
        self.probes = 0

    def __call__(self):
        self.probes += 1
        if not self.is_up:
            raise ConnectionError("down")


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def breaker(server):
    breaker = Breaker("The test", server, probe_seconds=0.01, slow_seconds=0.2)
    yield breaker
    breaker.stop()


def test_three_quick_errors_in_a_row_open_it(breaker):
    for _ in range(5):
        breaker.failed(0.001)
        breaker.failed(0.001)
        breaker.succeeded()
    assert not breaker.is_open

    for _ in range(3):
        breaker.failed(0.001)
    assert breaker.is_open


def test_one_slow_error_opens_it(breaker):
    breaker.failed(0.25)
    assert breaker.is_open


def test_it_closes_once_the_server_answers(breaker, server):
    breaker.open()
    assert eventually(lambda: server.probes >= 3)
    assert breaker.is_open

    server.is_up = True
    assert eventually(lambda: not breaker.is_open)
    breaker.failed(0.001)
    assert not breaker.is_open


def test_one_thread_probes_however_many_fail(breaker):
    before = threading.active_count()
    for _ in range(50):
        breaker.failed(0.25)
    assert threading.active_count() == before + 1


def test_it_probes_again_where_the_thread_is_gone_as_after_a_fork(breaker, server):
    breaker.open()
    breaker._thread = None
    server.is_up = True
    assert eventually(lambda: not breaker.is_open)


@pytest.mark.parametrize(
    ("seconds", "server", "opens"),
    [(0.25, "a:1", True), (0.25, "b:1", False), (0.001, "a:1", False)],
)
def test_nobody_else_waits_for_a_server_that_one_has_waited_for(seconds, server, opens):
    breakers = [Breaker(name, lambda: None, server=name) for name in ("a:1", server)]
    for _ in range(3):
        breakers[0].failed(seconds)

    assert [breaker.is_open for breaker in breakers] == [True, opens]
    for breaker in breakers:
        breaker.stop()


@pytest.mark.parametrize(
    ("seconds", "is_stopped", "opens"),
    [(0.25, False, True), (0.25, True, False), (0.001, False, False)],
)
def test_nor_does_who_comes_later(seconds, is_stopped, opens):
    first = Breaker("first", lambda: None, server="a:1")
    for _ in range(3):
        first.failed(seconds)
    if is_stopped:
        first.stop()
    later = Breaker("later", lambda: None, server="a:1")

    assert later.is_open is opens
    for breaker in (first, later):
        breaker.stop()


def test_caches_of_unknown_servers_have_nothing_to_do_with_each_other():
    breakers = [Breaker(name, lambda: None) for name in ("one", "other")]
    breakers[0].failed(0.25)

    assert not breakers[1].is_open
    breakers[0].stop()


def test_it_stops(breaker, server):
    breaker.open()
    breaker.stop()
    probes = server.probes
    assert breaker.is_open
    assert server.probes == probes

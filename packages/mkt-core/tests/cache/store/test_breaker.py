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


def test_it_stops(breaker, server):
    breaker.open()
    breaker.stop()
    probes = server.probes
    assert breaker.is_open
    assert server.probes == probes

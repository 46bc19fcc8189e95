import logging
import time

import pytest

from mkt_core.ratelimit import Rule, hit, hit_all, peek, reset
from tests.cache.store.servers import eventually

OPEN = Rule("open", 10, 3600)
CLOSED = Rule("closed", 10, 3600, on_failure="closed")


def seconds(action):
    started = time.monotonic()
    action()
    return time.monotonic() - started


@pytest.fixture(params=["redis", "fail-safe django-redis"])
def limits_on(request, settings):
    def place(port):
        url = f"redis://127.0.0.1:{port}/0"
        params = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
        if request.param != "redis":
            params["BACKEND"] = "mkt_core.cache.backends.FailSafeCache"
            params["OPTIONS"] = {"WRAPPED": "django_redis.cache.RedisCache"}
        settings.CACHES = {"default": params}

    return place


def test_a_frozen_server_costs_one_timeout_and_then_nothing(victim, limits_on, failed):
    limits_on(victim.port)
    assert hit(OPEN, "a").remaining == 9
    victim.freeze()

    assert seconds(lambda: hit(OPEN, "a")) < 0.4
    assert seconds(lambda: [hit(OPEN, "a") for _ in range(200)]) / 200 < 0.005
    assert hit(OPEN, "a").allowed
    assert hit(OPEN, "a").failed
    decision = hit(CLOSED, "a")
    assert not decision.allowed
    assert decision.retry_after_seconds == 5
    assert len(failed) == 204


def test_a_killed_server_raises_nothing_and_its_return_is_noticed(victim, limits_on, quick_probes):
    limits_on(victim.port)
    hit(OPEN, "a")
    victim.kill()

    for _ in range(5):
        assert hit(OPEN, "a").allowed
        assert not hit(CLOSED, "a").allowed
    assert [decision.allowed for decision in hit_all([(OPEN, "a"), (CLOSED, "a")])] == [True, False]
    assert peek(OPEN, "a").failed
    assert not reset(OPEN, "a")

    victim.start()
    assert eventually(lambda: not hit(OPEN, "a").failed)
    assert hit(CLOSED, "a").allowed


def test_a_restart_between_two_hits_is_not_noticed(victim, limits_on):
    limits_on(victim.port)
    hit(CLOSED, "a")
    victim.kill()
    victim.start()

    assert not hit(CLOSED, "a").failed


@pytest.mark.parametrize("answer_limit", [1, 10])
def test_a_reset_in_the_middle_of_an_answer(proxy, limits_on, quick_probes, answer_limit):
    limits_on(proxy.port)
    hit(OPEN, "a")
    proxy.answer_limit = answer_limit

    assert hit(OPEN, "a").failed

    proxy.answer_limit = None
    assert eventually(lambda: not hit(OPEN, "a").failed)
    assert hit(OPEN, "a").remaining >= 4


def test_files_that_cannot_be_written_are_as_good_as_no_server(settings, tmp_path):
    (tmp_path / "occupied").write_text("")
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path / "occupied")}}

    assert hit(OPEN, "a").failed
    assert not hit(CLOSED, "a").allowed


def test_trouble_is_logged(victim, limits_on, caplog):
    limits_on(victim.port)
    victim.kill()
    with caplog.at_level(logging.WARNING):
        hit(OPEN, "a")
    assert "Rate limits cannot be counted in the cache 'default'" in caplog.text


def test_reaching_a_limit_is_told_every_time_and_logged_once(memory, exceeded, caplog):
    rule = Rule("r", 1, 60)
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            hit(rule, "client:198.51.100.7")

    assert len(exceeded) == 4
    assert exceeded[0]["decision"].rule is rule
    assert "198.51" not in exceeded[0]["key"]
    assert [record.name for record in caplog.records] == ["mkt_core.ratelimit"]
    assert "The rate limit r (1 in 60 s) was reached by" in caplog.text
    assert "198.51" not in caplog.text

"""The numbers of the paper on scaling: formula and simulation agree, and the paper has what the model says."""

import heapq
import math
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks"))

import scaling_model as model  # noqa: E402


def simulated_wait(rate, seconds, servers, requests=40_000, rounds=8):
    """The same queue, request by request; a busy one takes long to show its average."""
    waited = 0.0
    for seed in range(rounds):
        dice, free, now = random.Random(seed), [0.0] * servers, 0.0
        for _ in range(requests):
            now += dice.expovariate(rate)
            start = max(now, heapq.heappop(free))
            waited += start - now
            heapq.heappush(free, start + dice.expovariate(1 / seconds))
    return waited / requests / rounds


@pytest.mark.parametrize(("rate", "servers"), [(6.0, 1), (14.0, 2), (60.0, 8)])
def test_wait_is_that_of_a_simulated_queue(rate, servers):
    expected = simulated_wait(rate, 0.1, servers)

    assert model.wait(rate, 0.1, servers) == pytest.approx(expected, rel=0.08)


def test_too_few_servers_wait_for_ever():
    assert model.wait(20, 0.1, 2) == math.inf


def test_misses_are_those_of_a_simulated_cache():
    rates, seconds, end = [5.0, 0.5, 0.02], 30.0, 20_000.0
    dice, misses = random.Random(4), 0
    for rate in rates:
        now, kept_until = 0.0, 0.0
        while (now := now + dice.expovariate(rate)) < end:
            if now >= kept_until:
                misses += 1
                kept_until = now + seconds

    assert model.miss_rate(rates, seconds) == pytest.approx(misses / end, rel=0.1)


def test_popularity_adds_up():
    shares = model.popularity(1000, 1.0)

    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


def test_more_visitors_are_answered_by_caches_rather_than_rendered():
    small, large = (model.tiers(load, model.Mix()) for load in (1, 1000))

    assert large.proxy_hits > small.proxy_hits
    # A thousand times the visitors are fewer than a thousand times the work.
    assert large.site_cores < 1000 * small.site_cores
    assert large.requests_per_second == 1000 * small.requests_per_second


def test_a_cdn_takes_its_share():
    without, with_one = (model.tiers(100, model.Mix(cdn_share=share)) for share in (0, 0.9))

    assert with_one.bits_per_second < without.bits_per_second / 5
    assert with_one.site_cores < without.site_cores


@pytest.mark.parametrize(
    "wrong", [{"personal_share": 1.2}, {"personal_share": 0.6, "unique_share": 0.6}]
)
def test_a_mix_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        model.tiers(1, replace(model.Mix(), **wrong))


def test_a_load_that_cannot_be_is_refused(capsys):
    with pytest.raises(SystemExit):
        model.main(["--load", "0"])
    assert "The load must be above 0" in capsys.readouterr().err


@pytest.mark.parametrize("cdn", [0.0, 0.9])
def test_the_paper_has_the_tables_of_the_model(cdn):
    """If not: write what `python benchmarks/scaling_model.py --markdown [--cdn 0.9]` prints into it."""
    paper = (ROOT / "docs" / "explanation" / "scaling.md").read_text()

    assert model.markdown(model.rows(model.LOADS, model.Mix(cdn_share=cdn))) in paper

"""The arithmetic, against a bucket of tokens counted in fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkt_core.ratelimit import Rule
from mkt_core.ratelimit.gcra import decide

START = 1_700_000_000_000_000


def allowed_times(rule, gaps, costs):
    now, used_until, found = START, 0, []
    for gap, cost in zip(gaps, costs, strict=True):
        now += gap
        outcome = decide(rule, used_until, now, cost)
        if outcome.allowed:
            used_until = outcome.used_until
        found.append((now, cost, outcome))
    return found


def bucket(rule, gaps, costs):
    """What is allowed if credit comes back smoothly."""
    rate = Fraction(rule.limit) / Fraction(rule.period_seconds).limit_denominator() / 1_000_000
    tokens, answers = Fraction(rule.capacity), []
    for gap, cost in zip(gaps, costs, strict=True):
        tokens = min(Fraction(rule.capacity), tokens + gap * rate)
        answers.append(tokens >= cost)
        if tokens >= cost:
            tokens -= cost
    return answers


@st.composite
def campaigns(draw, whole):
    limit = draw(st.integers(1, 200))
    period = draw(st.integers(1, 100)) * (limit if whole else 1)
    burst = draw(st.none() | st.integers(1, 300))
    rule = Rule("r", limit, period, burst)
    gap = st.integers(0, 3 * rule.interval) | st.sampled_from([0, rule.interval, 10**9])
    hits = draw(st.lists(st.tuples(gap, st.integers(1, min(3, rule.capacity))), max_size=60))
    return rule, [gap for gap, _ in hits], [cost for _, cost in hits]


@given(campaigns(whole=True))
def test_allows_exactly_what_a_bucket_of_tokens_does(campaign):
    rule, gaps, costs = campaign

    answers = [outcome.allowed for _, _, outcome in allowed_times(rule, gaps, costs)]

    assert answers == bucket(rule, gaps, costs)


@given(campaigns(whole=False))
def test_no_stretch_of_time_has_more_than_the_rule_says(campaign):
    rule, gaps, costs = campaign
    hits = [
        (now, cost) for now, cost, outcome in allowed_times(rule, gaps, costs) if outcome.allowed
    ]

    for first, (begin, _) in enumerate(hits):
        total = 0
        for now, cost in hits[first:]:
            total += cost
            assert total <= rule.most_in((now - begin) / 1_000_000)


@given(campaigns(whole=False))
def test_the_time_to_wait_is_right_to_the_microsecond(campaign):
    rule, gaps, costs = campaign
    used_until = 0
    for now, cost, outcome in allowed_times(rule, gaps, costs):
        if not outcome.allowed:
            then = now + outcome.retry_after
            assert decide(rule, used_until, then, cost).allowed
            assert not decide(rule, used_until, then - 1, cost).allowed
        else:
            used_until = outcome.used_until


@pytest.mark.parametrize("hour", [3_600_000_000, 10 * 365 * 86_400_000_000])
def test_a_clock_set_back_locks_nobody_out_for_longer_than_the_limit_says(hour):
    rule = Rule("r", 10, 60)
    full = START + rule.tolerance

    outcome = decide(rule, full, START - hour, 1)

    assert not outcome.allowed
    assert outcome.retry_after == rule.interval


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": 'a"b'},
        {"name": "a" * 65},
        {"limit": 0},
        {"limit": -1},
        {"burst": 0},
        {"period_seconds": 0},
        {"period_seconds": float("nan")},
        {"period_seconds": 10**9},
        {"limit": 10**8},
        {"burst": 10**9},
        {"on_failure": "maybe"},
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(values):
    with pytest.raises(ValueError, match="Rate limit"):
        Rule(**{"name": "r", "limit": 10, "period_seconds": 60, **values})

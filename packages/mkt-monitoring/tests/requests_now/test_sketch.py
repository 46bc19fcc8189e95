from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkt_monitoring.requests_now.sketch import (
    LONGEST_SECONDS,
    RELATIVE_ERROR,
    SHORTEST_SECONDS,
    Sketch,
)

durations = st.floats(min_value=SHORTEST_SECONDS, max_value=LONGEST_SECONDS)


def sketch_of(values):
    sketch = Sketch()
    for value in values:
        sketch.add(value)
    return sketch


def exact(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


@given(
    st.lists(durations, min_size=1, max_size=300), st.sampled_from([0, 0.25, 0.5, 0.95, 0.99, 1])
)
def test_a_quantile_is_right_to_two_per_cent(values, share):
    found = sketch_of(values).quantile(share)

    assert found == pytest.approx(exact(values, share), rel=0.02)


@given(st.lists(durations, max_size=100), st.lists(durations, max_size=100))
def test_merged_sketches_are_the_sketch_of_all(first, second):
    merged = sketch_of(first)
    merged.merge(sketch_of(second))
    read = Sketch.from_list(sketch_of(first).as_list())
    read.merge_list(sketch_of(second).as_list())

    assert merged.counts == read.counts == sketch_of(first + second).counts


def test_real_durations_of_a_site():
    random = Random(7)
    values = [random.lognormvariate(-3, 1) for _ in range(20_000)]
    sketch = sketch_of(values)

    for share in (0.5, 0.95, 0.99):
        assert sketch.quantile(share) == pytest.approx(exact(values, share), rel=0.0101)
    assert len(sketch.counts) < 450


@pytest.mark.parametrize("seconds", [0, -1, 1e-9, 1e9, float("inf")])
def test_what_no_clock_should_say_is_counted_all_the_same(seconds):
    sketch = sketch_of([seconds])

    assert sketch.count == 1
    assert SHORTEST_SECONDS * 0.98 <= sketch.quantile(0.5) <= LONGEST_SECONDS * 1.02


def test_nothing_has_no_quantile():
    assert Sketch().quantile(0.5) is None


def test_several_quantiles_at_once_are_those_one_by_one():
    sketch = Sketch()
    for number in range(1, 500):
        sketch.add(number / 100)

    shares = (0.0, 0.5, 0.95, 0.99, 1.0)
    assert sketch.quantiles(shares) == [sketch.quantile(share) for share in shares]
    assert sketch.quantiles((0.5,)) == [pytest.approx(2.5, rel=2 * RELATIVE_ERROR)]
    assert Sketch().quantiles((0.5, 0.95)) == [None, None]

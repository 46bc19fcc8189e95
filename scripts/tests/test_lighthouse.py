"""A phone is as much slower as Lighthouse's own table says, whatever machine plays it."""

import lighthouse
import pytest


@pytest.mark.parametrize(
    ("index", "slowdown"), [(1900, 4), (1500, 4), (1499.5, 2), (800, 2), (640, 1), (0, 1)]
)
def test_a_slow_machine_plays_the_same_phone(index, slowdown):
    assert lighthouse.fitting_slowdown({"environment": {"benchmarkIndex": index}}) == slowdown

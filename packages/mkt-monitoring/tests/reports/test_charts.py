import pytest
from django.utils import translation

from mkt_monitoring.reports.charts import Chart, Series, duration, nice_ceiling, whole


@pytest.mark.parametrize(
    ("value", "end"),
    [(0, 1), (1, 1), (1.1, 2), (3, 4), (5, 5), (7, 8), (9, 10), (123, 200), (0.03, 0.04)],
)
def test_a_scale_ends_at_a_round_number(value, end):
    assert nice_ceiling(value) == pytest.approx(end)


def test_a_line_is_broken_where_nothing_is_known():
    chart = Chart("x", "X", list("abcd"), [Series("A", [1, 2, None, 4])])

    assert chart.series[0].path == "M125 75h0L375 50M875 0h0"


def test_numbers_of_a_drawing_are_the_same_in_every_language():
    with translation.override("de"):
        chart = Chart("x", "X", ["a", "b", "c"], [Series("A", [1, 2, 1234.5], 1, "bars")])

        assert all("," not in bar.x + bar.width for bar in chart.series[0].bars)
        assert chart.slots[2].text.endswith("1.234") or "1.235" in chart.slots[2].text


def test_a_chart_tells_its_essence_in_words():
    chart = Chart("x", "X", ["a", "b"], [Series("Views", [3, 1])])

    assert chart.summary == "Views: latest 1, most 3"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.0004, "0.4 ms"), (0.12, "120 ms"), (1.26, "1.3 s"), (75, "75.0 s")],
)
def test_durations_are_told_in_a_fitting_unit(seconds, text):
    assert duration(seconds) == text


def test_big_numbers_are_grouped():
    assert whole(1234567) == "1,234,567"


def test_labels_are_text_in_the_drawing_and_in_the_table():
    chart = Chart("x", "X", ["<b>"], [Series("A & B", [1], 1, "bars")])

    assert "<title>&lt;b&gt; – A &amp; B: 1</title>" in chart.slot_rectangles
    assert chart.rows == '<tr><th scope="row">&lt;b&gt;</th><td class="mkt-number">1</td></tr>'
    assert chart.series[0].rectangles.startswith('<rect x="120" y="0"')

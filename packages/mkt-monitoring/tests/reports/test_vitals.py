import random

import pytest

from mkt_monitoring.events import buffer, vitals
from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.rollup import roll_up
from mkt_monitoring.models import Event
from mkt_monitoring.reports.periods import last_days
from mkt_monitoring.reports.vitals import METRICS
from mkt_monitoring.reports.vitals import vitals as lines_of

PAGE = "/admin/reports/monitoring/content/"
#: Where 0.75 * (n - 1) is a whole number.
VISITS = 401


def measured(metric, *values, device="desktop", **more):
    for value in values:
        record(
            Told(name="web_vital", device=device, props={"metric": metric, "value": value}, **more)
        )
    assert buffer.flush()


@pytest.fixture
def counted(db):
    def count():
        roll_up()
        # Figures come from the counts alone.
        Event.objects.all().delete()

    yield count
    buffer.discard()


def cell(lines, metric, device):
    [line] = [line for line in lines if line.metric.name == metric]
    return line.cells[["all", "mobile", "tablet", "desktop"].index(device)]


@pytest.mark.parametrize("metric", ["LCP", "CLS"])
def test_three_of_four_stay_within_what_is_shown(metric):
    values = [random.Random(7).lognormvariate(7, 1) for _ in range(VISITS)]
    values = [value / 10_000 for value in values] if metric == "CLS" else values
    counts = {}
    for value in values:
        bucket = vitals.bucket_of(metric, value)
        counts[bucket] = counts.get(bucket, 0) + 1

    exact = sorted(values)[int(0.75 * (VISITS - 1))]
    assert vitals.quantile(metric, counts, 0.75) == pytest.approx(exact, rel=vitals.RELATIVE_ERROR)


def test_any_value_has_a_bucket_and_there_are_few():
    buckets = {vitals.bucket_of("LCP", 1.01**n) for n in range(-1000, 2000)}

    assert 200 < len(buckets) <= 240
    assert vitals.value_of("CLS", vitals.bucket_of("CLS", 0.0)) == 0.0


def test_by_device_and_all_together(counted, django_assert_num_queries):
    measured("LCP", *[1000.0] * 9, device="desktop")
    measured("LCP", *[5000.0] * 9, device="mobile")
    counted()

    with django_assert_num_queries(1):
        lines = lines_of(last_days(7))

    assert (cell(lines, "LCP", "desktop").rating, cell(lines, "LCP", "mobile").rating) == (
        "good",
        "poor",
    )
    assert cell(lines, "LCP", "all").count == "18"
    assert cell(lines, "LCP", "all").rating == "poor"
    assert cell(lines, "LCP", "tablet") is None
    assert cell(lines, "INP", "all") is None


@pytest.mark.parametrize(
    ("metric", "good", "middling", "poor"),
    [
        ("LCP", 2500, 4000, 4001),
        ("INP", 200, 500, 501),
        ("CLS", 0.1, 0.25, 0.26),
        ("TTFB", 800, 1800, 1801),
    ],
)
def test_ratings_have_the_bounds_of_their_definition(metric, good, middling, poor):
    [found] = [one for one in METRICS if one.name == metric]

    assert [found.rating(value) for value in (good, middling, poor)] == ["good", "middling", "poor"]


def test_one_site_of_several(counted):
    measured("INP", 100.0, site_id=1)
    measured("INP", 900.0, site_id=2)
    counted()

    assert cell(lines_of(last_days(7), site_id=1), "INP", "all").rating == "good"


def test_the_page_says_in_words_what_is_good(counted, watcher, client):
    measured("LCP", 1000.0, device="mobile")
    measured("CLS", 0.2)
    counted()

    page = " ".join(client.get(PAGE).content.decode().split())

    assert '<span class="mkt-rating mkt-rating--good">good</span>' in page
    assert "needs improvement</span>" in page
    assert "<strong>1.0 s</strong>" in page
    assert "<strong>0.20</strong>" in page


def test_the_page_says_when_there_are_none(watcher, client, db):
    assert "No browser has told any in this time." in client.get(PAGE).content.decode()

import pytest
from django.db import transaction
from django.test import override_settings
from wagtail.models import Site

from mkt_monitoring.events import buffer, outbox
from mkt_monitoring.events.errors import InvalidEvent, UnregisteredEvent
from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.tracking import track
from mkt_monitoring.models import Event, EventMinute, PendingEvent

pytestmark = pytest.mark.django_db


class TestTrack:
    def test_keeps_what_a_request_says_about_the_visit(self, visit, stored):
        request = visit(
            "/shoes/?utm_campaign=spring&utm_source=mail&secret=1",
            HTTP_REFERER="https://www.google.de/search?q=shoes",
        )

        track("page_view", request)

        (event,) = stored()
        assert event.path == "/shoes/"
        assert (event.utm_campaign, event.utm_source, event.utm_medium) == ("spring", "mail", "")
        assert event.referrer_group == "Google"
        assert event.device == "desktop"
        assert event.visitor is not None
        assert event.site_id == Site.objects.get(is_default_site=True).pk

    def test_needs_no_request(self, stored):
        track("search", term="boots", results=0)

        (event,) = stored()
        assert event.properties == {"term": "boots", "results": 0}
        assert event.value == 0
        assert event.visitor is None
        assert event.site_id == 0

    def test_makes_no_query(self, visit, django_assert_num_queries):
        request = visit()

        with django_assert_num_queries(0):
            track("page_view", request)

    def test_an_unknown_event_is_an_error_at_once(self):
        with pytest.raises(UnregisteredEvent, match="register_event"):
            track("page_veiw")

    def test_a_wrong_property_costs_the_event_and_is_counted(self, metrics, stored):
        track("search", term=5)
        track("search", term="boots", colour="red")

        assert stored() == []
        assert metrics.total("mkt_events_dropped_total", reason="invalid") == 2

    def test_nothing_is_recorded_when_disabled(self, options, visit, stored):
        options(ENABLED=False)

        track("page_view", visit())

        assert stored() == []

    def test_what_no_database_takes_is_cleaned_away(self, visit, stored):
        track("search", term="nul \x00 and half a pair \ud83d", results=1)

        assert stored()[0].properties["term"] == "nul  and half a pair ?"


class TestDurable:
    def test_is_there_if_and_only_if_the_transaction_commits(self, visit, stored):
        track("search", visit(), durable=True, term="kept", results=1)
        with transaction.atomic():
            track("search", visit(), durable=True, term="undone", results=1)
            transaction.set_rollback(True)
        outbox.deliver()

        assert [event.properties["term"] for event in stored()] == ["kept"]
        assert not PendingEvent.objects.exists()
        assert EventMinute.objects.get(dimension="total").count == 1

    def test_says_nothing_about_those_who_are_left_out(self, visit, stored):
        track("search", visit(HTTP_SEC_GPC="1"), durable=True, term="boots", results=1)
        outbox.deliver()

        (event,) = stored()
        assert event.visitor is None
        assert event.device == event.referrer_group == ""

    def test_a_wrong_property_is_an_error_at_once(self):
        with pytest.raises(InvalidEvent, match="term must be str"):
            track("search", durable=True, term=5)


class TestRecord:
    def test_stores_what_the_caller_knows(self, stored):
        assert record(Told(name="page_view", site_id=3, path="/a/", page_id=7, visitor="ab" * 16))

        (event,) = stored()
        assert (event.site_id, event.path, event.page_id) == (3, "/a/", 7)
        assert event.visitor.hex == "ab" * 16

    @pytest.mark.parametrize(
        "arguments",
        [
            {"name": "invented"},
            {"name": "page_view", "visitor": "203.0.113.7"},
            {"name": "page_view", "props": {"x": 1}},
            {"name": "web_vital", "props": {"metric": "LCP", "value": float("nan")}},
            {"name": "web_vital", "props": {"metric": "XXX", "value": 1.0}},
            {"name": "web_vital", "props": {"metric": "LCP"}},
            {"name": "scroll_depth", "props": {"percent": True}},
            {"name": "scroll_depth", "props": {"percent": 101}},
            {"name": "search", "props": {"term": ["boots"]}},
        ],
    )
    def test_bad_input_is_an_error_at_once(self, arguments):
        with pytest.raises(InvalidEvent):
            record(Told(**arguments))

    def test_a_batch_that_comes_twice_is_stored_once(self, stored):
        record(Told(name="page_view", path="/a/"))
        buffer._buffer._resolve()
        rows = list(buffer._buffer._rows)
        stored()

        buffer._buffer._rows = rows
        stored()

        assert Event.objects.count() == 1
        assert EventMinute.objects.get(dimension="total").count == 1


class TestFull:
    def test_gives_up_what_matters_least_first(self, options, metrics):
        options(BUFFER_SIZE=10)
        told = {"low": 0, "normal": 0}

        for _ in range(20):
            told["low"] += record(Told(name="web_vital", props={"metric": "LCP", "value": 1.0}))
        for _ in range(20):
            told["normal"] += record(Told(name="page_view"))

        assert told == {"low": 5, "normal": 4}
        assert metrics.total("mkt_events_dropped_total", reason="shed") == 31


@override_settings(ROOT_URLCONF="tests.urls")
def test_a_page_that_is_served_is_known_to_the_event(site, rf, stored, visit):
    from wagtail import hooks

    from mkt_monitoring.events.snapshot import PAGE_ID_KEY

    request = visit("/plain/")
    page = site.get_children().get(slug="plain").specific
    for hook in hooks.get_hooks("before_serve_page"):
        hook(page, request, [], {})

    track("page_view", request)

    assert request.META[PAGE_ID_KEY] == page.pk
    assert stored()[0].page_id == page.pk

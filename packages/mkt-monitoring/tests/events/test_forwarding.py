import json

import pytest

from mkt_monitoring.events import buffer
from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.recording import record

from .receiver import Receiver

pytestmark = pytest.mark.django_db

VISITOR = "0123456789abcdef" * 2


@pytest.fixture
def receiver(settings):
    receiver = Receiver()
    settings.MKT_CORE = {
        "OUTGOING_NETWORKS": ["127.0.0.0/8"],
        "OUTGOING_PORTS": [receiver.port],
    }
    yield receiver
    receiver.stop()


@pytest.fixture
def forward(options, receiver):
    def configure(service, **more):
        entry = {"TO": service, "URL": receiver.url, "SITE_URL": "https://example.org", **more}
        options(FORWARD=[entry])

    return configure


def tell():
    record(
        Told(
            name="page_view",
            path="/a/",
            visitor=VISITOR,
            device="mobile",
            utm_campaign="spring",
        )
    )
    record(Told(name="search", path="/a/", visitor=VISITOR, props={"term": "boots", "results": 3}))
    assert buffer.flush()


def test_plausible(forward, receiver):
    forward("plausible", DOMAIN="example.org")

    tell()

    view, search = receiver.bodies
    assert {path for path, _, _ in receiver.received} == {"/api/event"}
    assert view == {
        "name": "pageview",
        "domain": "example.org",
        "url": "https://example.org/a/?utm_campaign=spring",
        "props": {},
    }
    assert search["props"] == {"term": "boots", "results": "3"}
    assert VISITOR[:16] in receiver.received[0][1]["User-Agent"]


def test_matomo(forward, receiver):
    forward("matomo", SITE_ID=7, TOKEN="t0ken")

    tell()

    (body,) = receiver.bodies
    assert body["token_auth"] == "t0ken"
    assert "idsite=7" in body["requests"][0]
    assert f"_id={VISITOR[:16]}" in body["requests"][0]
    assert "e_a=search" in body["requests"][1]


def test_google_analytics(forward, receiver):
    forward("ga4", MEASUREMENT_ID="G-1", API_SECRET="s3cret")

    tell()

    (body,) = receiver.bodies
    assert receiver.received[0][0] == "/mp/collect?measurement_id=G-1&api_secret=s3cret"
    assert body["client_id"] == VISITOR
    assert [event["name"] for event in body["events"]] == ["page_view", "search"]


def test_posthog(forward, receiver):
    forward("posthog", API_KEY="phc_1")

    tell()

    (body,) = receiver.bodies
    assert body["api_key"] == "phc_1"
    assert [event["event"] for event in body["batch"]] == ["$pageview", "search"]
    assert body["batch"][0]["properties"]["$current_url"] == "https://example.org/a/"


def test_only_the_events_that_are_named(forward, receiver):
    forward("posthog", API_KEY="phc_1", EVENTS=["search"])

    tell()

    assert [event["event"] for event in receiver.bodies[0]["batch"]] == ["search"]


def test_a_service_that_is_not_well_is_told_again_of_what_it_missed(forward, receiver, metrics):
    forward("plausible", DOMAIN="example.org")
    receiver.answers = [(202, {}), (503, {}), (202, {})]

    tell()

    assert [body["name"] for body in receiver.bodies] == ["pageview", "search", "search"]
    assert metrics.total("mkt_events_forwarded_total", result="told") == 2


@pytest.mark.parametrize(("status", "requests"), [(400, 1), (500, 3)])
def test_what_is_not_taken_is_counted(forward, receiver, metrics, stored, status, requests):
    forward("posthog", API_KEY="phc_1")
    receiver.answers = [(status, {})] * 10

    tell()

    assert len(receiver.received) == requests
    assert metrics.total("mkt_events_forwarded_total", service="posthog", result="lost") == 2
    assert len(stored()) == 2


def test_a_service_that_is_away_costs_no_event(options, receiver, metrics, stored):
    options(
        FORWARD=[
            {
                "TO": "posthog",
                "URL": "http://127.0.0.1:9",
                "SITE_URL": "https://example.org",
                "API_KEY": "phc_1",
            }
        ]
    )

    tell()

    assert len(stored()) == 2
    assert metrics.total("mkt_events_forwarded_total", result="lost") == 2


def test_no_secret_is_logged(forward, receiver, caplog):
    forward("ga4", MEASUREMENT_ID="G-1", API_SECRET="s3cret")
    receiver.answers = [(500, {})] * 10

    tell()

    assert "s3cret" not in caplog.text


def test_nothing_that_names_a_visitor_is_told(forward, receiver, visit):
    from mkt_monitoring.events.tracking import track

    forward("posthog", API_KEY="phc_1")
    track("page_view", visit("/a/?email=a@example.org"))
    assert buffer.flush()

    assert receiver.received
    for secret in ("203.0.113.7", "Firefox", "a@example.org"):
        assert secret not in json.dumps(receiver.received)

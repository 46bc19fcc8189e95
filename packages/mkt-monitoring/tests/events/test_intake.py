import json
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import Site

from mkt_core.ratelimit.rule import Rule
from mkt_monitoring.events import buffer
from mkt_monitoring.events.intake import limits
from mkt_monitoring.events.intake.tokens import make_token, read_token

from .conftest import BROWSER

pytestmark = pytest.mark.django_db

OWN = {"HTTP_ORIGIN": "http://testserver", "HTTP_USER_AGENT": BROWSER, "HTTP_HOST": "testserver"}


@pytest.fixture(autouse=True)
def fresh():
    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def send(client):
    """Send events, as ``navigator.sendBeacon`` does; the response."""

    def post(events, token=None, content_type="text/plain;charset=UTF-8", **headers):
        token = make_token(1) if token is None else token
        body = events if isinstance(events, (str, bytes)) else json.dumps(events)
        return client.post(
            f"{reverse('mkt_monitoring:intake')}?t={token}",
            data=body,
            content_type=content_type,
            **{**OWN, **headers},
        )

    return post


def view(**more):
    return {"name": "page_view", "url": "http://testserver/news/", "page": "7", **more}


class TestWhatIsTaken:
    def test_a_page_view_with_what_is_known_of_it(self, send, stored):
        response = send(
            [
                view(
                    url="http://testserver/news/?utm_campaign=spring&utm_source=letter&secret=1#top",
                    referrer="https://www.google.com/search?q=private",
                )
            ]
        )

        assert (response.status_code, response.content) == (204, b"")
        (event,) = stored()
        assert (event.name, event.path, event.page_id, event.site_id) == (
            "page_view",
            "/news/",
            7,
            1,
        )
        assert (event.referrer_group, event.utm_campaign, event.utm_source) == (
            "Google",
            "spring",
            "letter",
        )
        assert event.device == "desktop"
        assert event.visitor is not None
        assert "secret" not in str(vars(event))
        assert "private" not in str(vars(event))

    def test_a_batch(self, send, stored):
        events = [
            view(),
            {
                "name": "scroll_depth",
                "url": "http://testserver/news/",
                "props": {"percent": 40},
            },
            {
                "name": "outbound_click",
                "url": "http://testserver/news/",
                "props": {"url": "https://example.org/a?session=1#x"},
            },
            {"name": "web_vital", "url": "/", "props": {"metric": "LCP", "value": 812.5}},
        ]

        assert send(events).status_code == 204
        assert {event.name for event in stored()} == {one["name"] for one in events}
        clicked = next(event for event in stored() if event.name == "outbound_click")
        assert clicked.properties == {"url": "https://example.org/a"}

    def test_one_event_without_a_list(self, send, stored):
        assert send(view()).status_code == 204
        assert len(stored()) == 1

    def test_an_event_that_the_site_has_registered(self, send, stored, registered):
        registered("signup", properties={"plan": str}, public=True)

        assert send([{"name": "signup", "props": {"plan": "pro"}}]).status_code == 204
        assert stored()[0].properties == {"plan": "pro"}

    def test_no_query_is_made_once_the_salt_is_known(self, send, django_assert_num_queries):
        # One that makes the salt, and one that reads it.
        send(view())
        send(view())
        with django_assert_num_queries(0):
            send(view())


class TestWhoIsLeftOut:
    @pytest.mark.parametrize(
        "headers",
        [
            {"HTTP_SEC_GPC": "1"},
            {"HTTP_DNT": "1"},
            {"HTTP_USER_AGENT": "Googlebot/2.1 (+http://www.google.com/bot.html)"},
            {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        ],
    )
    def test_is_answered_all_the_same(self, send, stored, headers):
        assert send(view(), **headers).status_code == 204
        assert stored() == []

    def test_staff(self, admin_client, stored):
        admin_client.post(
            f"/e/?t={make_token(1)}", json.dumps(view()), content_type="text/plain", **OWN
        )
        assert stored() == []

    def test_paths_of_the_setting(self, send, stored, options):
        options(EXCLUDE_PATHS=("/account/",))
        send([view(url="http://testserver/account/orders/"), view()])

        assert [event.path for event in stored()] == ["/news/"]


class TestTokens:
    def test_say_the_site_and_the_origin(self):
        assert read_token(make_token(3, "https://app.example.org")) == (
            3,
            "https://app.example.org",
        )

    @pytest.mark.parametrize(
        "token", ["", "1", "1|:", "1|:forged", "2|:" + "A" * 43, "x" * 10_000, "\x00", "é|:ß"]
    )
    def test_forged_ones_are_refused(self, send, stored, token):
        assert send(view(), token=token).status_code == 403
        assert stored() == []

    def test_of_another_site_is_another_token(self):
        assert read_token(make_token(1).replace("1|", "2|", 1)) is None

    def test_an_old_key_still_counts(self, send):
        with override_settings(SECRET_KEY="old"):
            token = make_token(1)
        with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
            assert send(view(), token=token).status_code == 204
        with override_settings(SECRET_KEY="new"):
            assert send(view(), token=token).status_code == 403


class TestOrigins:
    @pytest.mark.parametrize(
        "headers",
        [
            {"HTTP_ORIGIN": "https://evil.example"},
            {"HTTP_ORIGIN": "null"},
            {"HTTP_ORIGIN": ""},
            {"HTTP_ORIGIN": "http://testserver.evil.example"},
            {"HTTP_ORIGIN": "http://["},
            {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "cross-site"},
        ],
    )
    def test_other_pages_are_refused(self, send, stored, headers):
        assert send(view(), **headers).status_code == 403
        assert stored() == []

    def test_a_host_that_is_no_longer_allowed_is_refused(self, send, settings):
        headers = {"HTTP_HOST": "www.example.org", "HTTP_ORIGIN": "https://www.example.org"}
        # Otherwise CommonMiddleware refuses it first.
        settings.MIDDLEWARE, settings.ALLOWED_HOSTS = [], ["www.example.org"]
        assert [send(view(), **headers).status_code for _ in range(2)] == [204, 204]

        settings.ALLOWED_HOSTS = ["other.example.org"]
        assert send(view(), **headers).status_code == 403

    def test_a_host_that_was_allowed_lets_no_other_origin_in(self, send, settings):
        settings.MIDDLEWARE, settings.ALLOWED_HOSTS = [], ["www.example.org", "evil.example"]
        own = {"HTTP_HOST": "www.example.org", "HTTP_ORIGIN": "https://www.example.org"}
        assert send(view(), **own).status_code == 204
        assert send(view(), **own | {"HTTP_ORIGIN": "https://evil.example"}).status_code == 403
        assert send(view(), **own | {"HTTP_HOST": "evil.example"}).status_code == 403

    def test_the_browser_may_say_so_where_the_host_is_not_known(self, send):
        headers = {"HTTP_ORIGIN": "https://www.example.org", "HTTP_SEC_FETCH_SITE": "same-origin"}
        assert send(view(), **headers).status_code == 204

    def test_a_front_end_with_a_token_of_its_own(self, send, stored):
        token = make_token(1, "https://app.example.org")
        response = send(view(), token=token, HTTP_ORIGIN="https://app.example.org")

        assert response.status_code == 204
        assert response.headers["Access-Control-Allow-Origin"] == "https://app.example.org"
        assert response.headers["Vary"] == "Origin"
        assert send(view(), token=token, HTTP_ORIGIN="https://evil.example").status_code == 403
        assert send(view(), token=token).status_code == 403

    def test_a_front_end_that_asks_first(self, client):
        token = make_token(1, "https://app.example.org")
        response = client.options(f"/e/?t={token}", HTTP_ORIGIN="https://app.example.org")

        assert response.status_code == 204
        assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"
        assert response.headers["Access-Control-Allow-Methods"] == "POST"


class TestHostileInput:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("", 400),
            ("junk", 400),
            ("[]", 400),
            ("{}", 400),
            ("null", 400),
            ("[1]", 400),
            ('[{"name": 1}]', 400),
            ('[{"name": "page_view", "evil": 1}]', 400),
            ('[{"name": "page_view", "url": 7}]', 400),
            ('[{"name": "page_view", "page": "1; DROP TABLE"}]', 400),
            ('[{"name": "page_view", "page": -1}]', 400),
            ('[{"name": "page_view", "page": true}]', 400),
            ('[{"name": "page_view", "page": 99999999999999999999}]', 400),
            ('[{"name": "page_view", "props": []}]', 204),
            ('[{"name": "page_view", "props": [1]}]', 400),
            ('[{"name": "page_view", "props": {"x": 1}}]', 400),
            ('[{"name": "page_view", "url": "http://["}]', 400),
            ('[{"name": "scroll_depth", "props": {"percent": 1e999}}]', 400),
            ('[{"name": "scroll_depth", "props": {"percent": NaN}}]', 400),
            ('[{"name": "scroll_depth", "props": {"percent": ' + "9" * 400 + "}}]", 400),
            ('[{"name": "scroll_depth", "props": {"percent": {"a": {"b": 1}}}}]', 400),
            ('[{"name": "\\ud800"}]', 400),
            ("[" * 20_000, 400),
            ('{"a":' * 5_000 + "1" + "}" * 5_000, 400),
            (b"\xff\xfe\x00", 400),
            ("x" * 1_000_000, 413),
            (json.dumps([{"name": "page_view"}] * 51), 413),
        ],
    )
    def test_is_refused(self, send, stored, body, status):
        response = send(body)

        assert response.status_code == status
        if status != 204:
            assert response.headers["Content-Type"] == "application/problem+json"
            assert stored() == []

    def test_what_databases_refuse_is_taken_out(self, send, stored):
        assert (
            send([view(url="http://testserver/a\x00\ud83d/", referrer="\x00")]).status_code == 204
        )
        assert "\x00" not in stored()[0].path

    @pytest.mark.parametrize("length", ["abc", "-1", "1" * 30, "²", ""])
    def test_a_length_that_is_none(self, client, length):
        response = client.generic(
            "POST", f"/e/?t={make_token(1)}", b"[]", CONTENT_LENGTH=length, **OWN
        )
        assert response.status_code == 400

    @pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
    def test_other_methods(self, client, method):
        response = getattr(client, method)(f"/e/?t={make_token(1)}", **OWN)
        assert response.status_code == 405
        assert response.headers["Allow"] == "POST, OPTIONS"

    def test_ten_thousand_invented_names_leave_nothing_behind(self, send, stored, metrics):
        for batch in range(200):
            events = [{"name": f"invented_{batch}_{number}"} for number in range(50)]
            assert send(events, REMOTE_ADDR=f"203.0.113.{batch}").status_code == 400

        assert stored() == []
        assert buffer.waiting() == 0

    def test_of_a_batch_the_good_ones_are_kept(self, send, stored):
        response = send([view(), {"name": "invented"}, {"name": "download", "props": {}}])

        assert response.status_code == 400
        assert len(response.json()["errors"]) == 2
        assert [event.name for event in stored()] == ["page_view"]

    def test_events_of_the_site_alone_cannot_be_sent(self, send, stored, registered):
        registered("order_placed", public=False)
        known = send([{"name": "order_placed"}])
        unknown = send([{"name": "order_places"}])

        assert known.status_code == unknown.status_code == 400
        # Nobody can find out which there are.
        (told,), (other,) = known.json()["errors"], unknown.json()["errors"]
        assert told.replace("order_placed", "order_places") == other
        assert stored() == []

    @hypothesis_settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["name", "url", "page", "referrer", "props"]) | st.text(),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=20,
        )
    )
    def test_nothing_makes_it_fail(self, send, body):
        limits.forget()
        assert send(json.dumps(body)).status_code in (204, 400, 413)


class TestLimits:
    @pytest.fixture(autouse=True)
    def strict(self, monkeypatch):
        monkeypatch.setattr(limits, "RULE", Rule("mkt-events-strict", 30, 60))

    def test_a_client_that_sends_too_much_must_wait(self, send, stored):
        statuses = [send(view()).status_code for _ in range(limits.RULE.limit + 40)]

        assert statuses[: limits.RULE.limit] == [204] * limits.RULE.limit
        assert set(statuses[-20:]) == {429}
        assert len(stored()) <= limits.RULE.limit + limits.STEP

    def test_it_is_told_how_long(self, send):
        for _ in range(limits.RULE.limit + 40):
            response = send(view())
        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) >= 1

    def test_others_are_not_held_up(self, send):
        for _ in range(limits.RULE.limit + 40):
            send(view())
        assert send(view(), REMOTE_ADDR="198.51.100.9").status_code == 204

    def test_what_is_kept_in_mind_is_bounded(self, monkeypatch):
        monkeypatch.setattr(limits, "CLIENTS", 3)
        counted = limits.Uncounted()

        assert [counted.due(f"client {n}") for n in range(6)] == [0, 0, 0, 1, 1, 1]


class TestTag:
    def test_writes_the_script_the_same_for_everybody(self, site, client):
        first = client.get("/plain/").content.decode()
        second = client.get("/plain/", HTTP_USER_AGENT=BROWSER).content.decode()

        site_id = Site.objects.get(is_default_site=True).pk
        page_id = site.get_children().get(slug="plain").pk
        assert '<script defer src="/static/mkt_monitoring/track.js"' in first
        assert f'data-page="{page_id}"' in first
        assert 'data-event="page_view"' in first
        assert first == second
        token = first.split("?t=")[1].split('"')[0]
        from urllib.parse import unquote

        assert read_token(unquote(token)).site_id == site_id

    def test_writes_nothing_while_events_are_off(self, site, client, options):
        options(ENABLED=False)
        assert b"track.js" not in client.get("/plain/").content

    def test_writes_nothing_for_pages_that_are_not_tracked(self, site, client, monkeypatch):
        from tests.testapp.models import PlainPage

        monkeypatch.setattr(PlainPage, "is_tracked", False, raising=False)
        assert b"track.js" not in client.get("/plain/").content


def test_the_script_is_small_and_free_of_what_a_policy_refuses():
    import gzip

    from django.contrib.staticfiles import finders

    with open(finders.find("mkt_monitoring/track.js"), "rb") as file:
        script = file.read()
    assert len(gzip.compress(script, 9)) < 1024
    for word in (b"eval(", b"Function(", b"document.cookie", b"localStorage", b"innerHTML"):
        assert word not in script


def test_events_of_long_ago_are_not_believed(send, stored):
    from django.utils import timezone

    send(view())
    assert timezone.now() - stored()[0].occurred_at < timedelta(minutes=1)

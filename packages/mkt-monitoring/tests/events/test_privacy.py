from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import DatabaseError

from mkt_monitoring.events import salts
from mkt_monitoring.events.privacy import exclusion_of, page_is_tracked, visitor_of
from mkt_monitoring.events.snapshot import UNTRACKED_KEY, take
from mkt_monitoring.events.tracking import track
from mkt_monitoring.models import VisitorSalt

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def agreed(request):
    return "agreed" in request.COOKIES


def broken(request):
    raise RuntimeError("broken on purpose")


class TestVisitors:
    def test_are_the_same_all_day_and_others_the_next(self, settings, visit):
        settings.TIME_ZONE = "UTC"
        with time_machine.travel(NOON) as clock:
            first = visitor_of(visit("/"))
            assert visitor_of(visit("/other/")) == first
            assert len(first) == 32
            clock.shift(timedelta(days=1))
            assert visitor_of(visit("/")) != first

    @pytest.mark.parametrize(
        "meta",
        [
            {"REMOTE_ADDR": "203.0.113.8"},
            {"HTTP_USER_AGENT": "Mozilla/5.0 (Macintosh; Intel Mac OS X) Safari/600"},
            {"HTTP_HOST": "localhost"},
        ],
    )
    def test_are_told_apart_by_address_browser_and_host(self, visit, meta):
        assert visitor_of(visit("/", **meta)) != visitor_of(visit("/"))

    def test_are_the_same_to_track_and_to_the_intake(self, visit, stored):
        track("page_view", visit("/"))

        assert stored()[0].visitor.hex == visitor_of(visit("/"))

    def test_a_salt_is_gone_after_48_hours_and_nobody_can_be_recognised(self, settings, visit):
        settings.TIME_ZONE = "UTC"
        with time_machine.travel(NOON) as clock:
            first = visitor_of(visit("/"))
            clock.shift(timedelta(hours=35, minutes=59))
            salts.delete_expired()
            assert VisitorSalt.objects.filter(day=NOON.date()).exists()
            clock.shift(timedelta(minutes=1))
            assert salts.delete_expired() == 1

        assert visitor_of(visit("/"), NOON.date()) != first

    def test_one_query_a_day(self, visit, django_assert_max_num_queries):
        visitor_of(visit("/"))
        salts.forget()

        with django_assert_max_num_queries(1):
            for _ in range(3):
                visitor_of(visit("/"))

    @pytest.mark.parametrize(
        ("zone", "offset"),
        [("Pacific/Kiritimati", 14), ("Asia/Kathmandu", 5.75), ("America/Los_Angeles", -8)],
    )
    def test_a_day_is_one_of_the_sites_time_zone(self, settings, visit, zone, offset):
        settings.TIME_ZONE = zone
        midnight = datetime(2026, 3, 2, tzinfo=UTC) - timedelta(hours=offset)
        found = []
        for seconds in (-3600, -1, 1, 3600):
            with time_machine.travel(midnight + timedelta(seconds=seconds), tick=False):
                found.append(visitor_of(visit("/")))

        assert found[0] == found[1] != found[2] == found[3]

    def test_without_the_database_visitors_are_still_told_apart(self, visit, monkeypatch):
        def away(day):
            raise DatabaseError("away")

        monkeypatch.setattr(salts, "_from_table", away)

        first, other = visitor_of(visit("/")), visitor_of(visit("/", REMOTE_ADDR="203.0.113.8"))

        assert first == visitor_of(visit("/"))
        assert first != other

    def test_nothing_that_names_a_visitor_is_stored(self, visit, stored):
        track("page_view", visit("/?email=a@example.org", HTTP_REFERER="https://x.example/?q=me"))

        values = str(vars(stored()[0]))
        for secret in ("203.0.113.7", "Firefox", "a@example.org", "q=me"):
            assert secret not in values


class TestLeftOut:
    @pytest.mark.parametrize(
        ("meta", "reason"),
        [
            ({}, ""),
            ({"HTTP_SEC_GPC": "1"}, "gpc"),
            ({"HTTP_DNT": "1"}, "dnt"),
            ({"HTTP_DNT": "0"}, ""),
            ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, "prefetch"),
            ({"HTTP_X_MOZ": "prefetch"}, "prefetch"),
            ({"HTTP_USER_AGENT": ""}, "bot"),
            ({"HTTP_USER_AGENT": "curl/8.5.0"}, "bot"),
            (
                {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://x/bot.html)"},
                "bot",
            ),
            ({"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://x/gptbot)"}, "bot"),
            ({UNTRACKED_KEY: True}, "page"),
        ],
    )
    def test_by_what_the_request_says(self, visit, meta, reason):
        assert exclusion_of(visit("/", **meta)) == reason
        assert exclusion_of(take(visit("/", **meta))) == reason
        assert bool(visitor_of(visit("/", **meta))) is not bool(reason)

    def test_robots_of_a_list_that_others_keep(self, visit):
        pytest.importorskip("crawleruseragents", reason="crawler-user-agents is not installed")
        robot = "Mozilla/5.0 (compatible; Qwantify/2.4w; +https://www.qwant.com/)/2.4w"

        assert exclusion_of(visit("/", HTTP_USER_AGENT=robot)) == "bot"
        assert exclusion_of(visit("/")) == ""

    def test_the_settings_may_say_otherwise(self, options, visit):
        options(RESPECT_GPC=False, RESPECT_DNT=False, EXCLUDE_BOTS=False)

        assert visitor_of(visit("/", HTTP_SEC_GPC="1", HTTP_DNT="1", HTTP_USER_AGENT="curl/8.5.0"))

    def test_paths_of_the_settings(self, options, visit):
        options(EXCLUDE_PATHS=["/account/"])

        assert exclusion_of(visit("/account/orders/")) == "path"
        assert exclusion_of(visit("/accounts/")) == ""

    def test_previews(self, visit):
        request = visit("/")
        request.is_preview = True

        assert exclusion_of(request) == exclusion_of(take(request)) == "preview"

    @pytest.mark.parametrize("kind", ["staff", "editor", "member", "anonymous"])
    def test_staff_and_editors(self, visit, kind):
        user = AnonymousUser()
        if kind != "anonymous":
            user = User.objects.create(username=kind, is_staff=kind == "staff")
        if kind == "editor":
            user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        request = visit("/")
        request.user = user

        expected = "staff" if kind in ("staff", "editor") else ""
        assert exclusion_of(request) == exclusion_of(take(request)) == expected

    @pytest.mark.parametrize(
        ("function", "cookies", "reason"),
        [
            ("agreed", {}, "consent"),
            ("agreed", {"agreed": "1"}, ""),
            ("broken", {"agreed": "1"}, "consent"),
        ],
    )
    def test_those_who_have_not_consented(
        self, options, visit, stored, metrics, function, cookies, reason
    ):
        options(CONSENT=f"{__name__}.{function}")
        request = visit("/")
        request.COOKIES.update(cookies)

        track("page_view", request)

        assert exclusion_of(request) == reason
        assert len(stored()) == (not reason)
        assert metrics.total("mkt_events_excluded_total", reason="consent") == bool(reason)

    def test_are_counted_by_reason(self, visit, stored, metrics):
        for _ in range(3):
            track("page_view", visit("/", HTTP_SEC_GPC="1"))

        assert stored() == []
        assert metrics.total("mkt_events_excluded_total", reason="gpc") == 3

    def test_a_page_may_opt_out(self):
        class Page:
            pass

        page = Page()
        assert page_is_tracked(page)
        page.is_tracked = False
        assert not page_is_tracked(page)


class TestClock:
    @pytest.mark.parametrize("offset", [timedelta(days=-400), timedelta(days=400)])
    def test_a_clock_that_was_wrong_opens_no_strange_days(self, visit, stored, offset):
        with time_machine.travel(NOON, tick=False) as clock:
            clock.move_to(NOON + offset)
            track("page_view", visit("/"))
            clock.move_to(NOON)
            (event,) = stored()

        assert event.occurred_at == NOON
        assert event.day == date(2026, 3, 1)

    def test_a_clock_that_jumps_loses_and_doubles_nothing(self, visit, stored):
        with time_machine.travel(NOON) as clock:
            for hours in (0, -1, 2, -3, 1):
                clock.move_to(NOON + timedelta(hours=hours))
                track("page_view", visit("/"))
                events = stored()

        assert len(events) == 5

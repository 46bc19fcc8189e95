from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mkt_monitoring.alerts import evaluation, running
from mkt_monitoring.alerts.evaluation import evaluate_all, is_met
from mkt_monitoring.alerts.measures import span_of, value_of
from mkt_monitoring.models import AlertMessage, AlertRule, EventHour, EventMinute
from mkt_monitoring.requests_now.flushing import Minutes, write
from mkt_monitoring.requests_now.recording import Noted

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now().replace(second=30, microsecond=0)


@pytest.fixture
def views(now):
    """Set how many page views there were in the last minutes."""

    def put(count, at=None):
        at = (at or now) - MINUTE
        EventMinute.objects.all().delete()
        EventMinute.objects.create(start=at.replace(second=0), event="page_view", count=count)

    return put


def kinds(rule):
    return list(rule.entries.order_by("pk").values_list("kind", flat=True))


class TestStates:
    def test_it_fires_once_and_recovers_once(self, rule, now, views):
        one = rule()
        for minute, count in enumerate((5, 20, 30, 40, 3, 2)):
            at = now + minute * MINUTE
            views(count, at)
            evaluate_all(at)

        assert kinds(one) == ["firing", "recovered"]
        # Two recipients, told of each.
        assert AlertMessage.objects.count() == 4
        one.refresh_from_db()
        assert (one.state, one.value) == ("ok", 2)

    def test_it_must_last(self, rule, now, views):
        one = rule(for_minutes=2)
        views(20)
        evaluate_all(now)
        one.refresh_from_db()
        assert (one.state, kinds(one)) == ("pending", [])

        evaluate_all(now + MINUTE)
        assert kinds(one) == []
        views(20, now + 2 * MINUTE)
        evaluate_all(now + 2 * MINUTE)
        assert kinds(one) == ["firing"]

    def test_a_short_peak_tells_nobody(self, rule, now, views):
        one = rule(for_minutes=5)
        views(20)
        evaluate_all(now)
        views(1, now + MINUTE)
        evaluate_all(now + MINUTE)

        one.refresh_from_db()
        assert (one.state, kinds(one)) == ("ok", [])
        assert not AlertMessage.objects.exists()

    def test_two_runs_for_the_same_moment_are_one(self, rule, now, views):
        one = rule()
        views(20)

        assert evaluate_all(now) == 1
        assert evaluate_all(now) == 0
        assert kinds(one) == ["firing"]

    def test_a_rule_that_is_off_is_left_alone(self, rule, now, views):
        rule(is_active=False)
        views(20)
        assert evaluate_all(now) == 0

    def test_one_that_fails_does_not_stop_the_others(self, rule, now, views, monkeypatch, caplog):
        rule(name="Broken", measure="tasks", event="")
        rule()
        views(20)
        real = evaluation.value_of

        def broken(one, span):
            if one.name == "Broken":
                raise RuntimeError("on purpose")
            return real(one, span)

        monkeypatch.setattr(evaluation, "value_of", broken)
        assert evaluate_all(now) == 1
        assert "could not be evaluated" in caplog.text


class TestQuietHours:
    @pytest.fixture(autouse=True)
    def zone(self, settings):
        settings.TIME_ZONE = "UTC"

    def rules(self, rule, **values):
        return rule(quiet_from=time(22), quiet_until=time(7), **values)

    def test_messages_wait_until_they_are_over(self, rule, views):
        one = self.rules(rule)
        night, morning = (
            timezone.now().replace(hour=hour, minute=30, second=0, microsecond=0) for hour in (3, 8)
        )
        views(20, night)
        evaluate_all(night)
        assert kinds(one) == ["firing"]
        assert not AlertMessage.objects.exists()

        views(20, morning)
        evaluate_all(morning)
        assert kinds(one) == ["firing"]
        assert AlertMessage.objects.count() == 2

    def test_what_is_over_by_then_is_not_told(self, rule, views):
        one = self.rules(rule)
        night = timezone.now().replace(hour=3, minute=30, second=0, microsecond=0)
        for minute, count in enumerate((20, 1)):
            at = night + minute * MINUTE
            views(count, at)
            evaluate_all(at)

        assert kinds(one) == ["firing", "recovered"]
        assert not AlertMessage.objects.exists()

    @pytest.mark.parametrize(
        ("hour", "minute", "is_quiet"),
        [(21, 59, False), (22, 0, True), (0, 0, True), (6, 59, True), (7, 0, False)],
    )
    def test_they_go_over_midnight_in_the_time_of_the_site(
        self, rule, settings, hour, minute, is_quiet
    ):
        one = self.rules(rule)
        assert one.is_quiet(datetime(2026, 6, 1, hour, minute, tzinfo=UTC)) is is_quiet
        settings.TIME_ZONE = "Europe/Berlin"
        at = datetime(2026, 6, 1, hour, minute, tzinfo=UTC) - timedelta(hours=2)
        assert one.is_quiet(at) is is_quiet

    def test_critical_ones_do_not_wait(self, rule):
        one = self.rules(rule, severity="critical")
        assert not one.is_quiet(datetime(2026, 6, 1, 3, tzinfo=UTC))


class TestConditions:
    @pytest.mark.parametrize(
        ("comparison", "value", "before", "expected"),
        [
            ("above", 11, None, True),
            ("above", 10, None, False),
            ("below", 9, None, True),
            ("below", 10, None, False),
            ("risen", 112, 100, True),
            ("risen", 109, 100, False),
            ("fallen", 88, 100, True),
            ("fallen", 91, 100, False),
            ("fallen", 0, 100, True),
            ("risen", 50, 0, False),
            ("risen", 50, None, False),
            ("above", None, None, False),
            ("below", None, None, False),
        ],
    )
    def test_hold(self, rule, comparison, value, before, expected):
        assert is_met(rule(comparison=comparison), value, before) is expected

    def test_last_week_is_known_by_the_hour(self, rule, now):
        one = rule(comparison="fallen", threshold=50, window_minutes=60)
        span = span_of(one, now).a_week_before()
        whole = span.whole_hours()
        for number in range(round(whole.minutes / 60)):
            EventHour.objects.create(
                start=whole.start + timedelta(hours=number), event="page_view", count=600
            )

        assert value_of(one, span) == pytest.approx(600)


class TestMeasures:
    @pytest.fixture
    def requests(self, now):
        minutes = Minutes()
        for number in range(100):
            at = (now - 2 * MINUTE).timestamp()
            minutes.add(Noted(at, "/a/", 5 if number < 7 else 2, 0.001 * (number + 1)))
        write(minutes.rows())

    @pytest.mark.parametrize(("measure", "value"), [("requests", 20), ("failed", 7), ("slow", 95)])
    def test_of_requests(self, rule, now, requests, measure, value):
        one = rule(measure=measure, event="")
        assert value_of(one, span_of(one, now)) == pytest.approx(value, rel=0.02)

    @pytest.mark.parametrize(
        ("measure", "value"),
        [("requests", 0), ("failed", None), ("slow", None), ("tasks", None), ("health", 0)],
    )
    def test_of_nothing(self, rule, now, measure, value):
        one = rule(measure=measure, event="")
        assert value_of(one, span_of(one, now)) == value

    def test_every_measure_can_be_asked(self, rule, now):
        for number, measure in enumerate(AlertRule.Measure):
            event = "page_view" if measure == "events" else ""
            one = rule(name=str(number), measure=measure, event=event)
            value = value_of(one, span_of(one, now))
            assert value is None or value >= 0


class TestEditing:
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"event": ""}, "event"),
            ({"measure": "failed"}, "event"),
            ({"emails": "", "webhook_url": ""}, "emails"),
            ({"emails": "ada@example.org\nnobody"}, "emails"),
            ({"quiet_from": time(3)}, "quiet_until"),
            ({"measure": "tasks", "event": "", "comparison": "risen"}, "comparison"),
            ({"window_minutes": 0}, "window_minutes"),
            ({"threshold": -1}, "threshold"),
            ({"webhook_url": "javascript:alert(1)"}, "webhook_url"),
        ],
    )
    def test_what_could_not_work_is_refused(self, rule, values, field):
        with pytest.raises(ValidationError) as error:
            rule(**values)
        assert field in error.value.message_dict


def test_a_round_of_many_rules_takes_few_queries_each(rule, now, django_assert_max_num_queries):
    for number in range(10):
        rule(name=str(number))
    with django_assert_max_num_queries(10 * 6 + 10):
        running.run(now)

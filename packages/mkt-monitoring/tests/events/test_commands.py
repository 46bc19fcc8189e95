import csv
import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.privacy import visitor_of
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.rollup import roll_up
from mkt_monitoring.events.tracking import track
from mkt_monitoring.models import Event, EventDay

from .conftest import BROWSER

pytestmark = pytest.mark.django_db


def said(*arguments, **options):
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def events(stored, visit):
    track("page_view", visit("/a/"))
    track("page_view", visit("/b/", REMOTE_ADDR="203.0.113.8"))
    record(Told(name="search", props={"term": "=1+1", "results": 0}))
    return stored()


class TestExport:
    def test_json_lines(self, events):
        rows = [json.loads(line) for line in said("mkt_events_export").splitlines()]

        assert [row["name"] for row in rows] == ["page_view", "page_view", "search"]
        assert rows[2]["properties"] == {"term": "=1+1", "results": 0}

    def test_csv_that_a_spreadsheet_does_not_take_for_formulas(self, events):
        record(Told(name="page_view", path="=cmd()"))
        from mkt_monitoring.events import buffer

        buffer.flush()

        text = said("mkt_events_export", "--event", "page_view", "--format", "csv")

        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["path"] for row in rows] == ["/a/", "/b/", "'=cmd()"]

    def test_what_is_kept_of_a_person(self, events):
        text = said(
            "mkt_events_export",
            *("--address", "203.0.113.7", "--user-agent", BROWSER, "--host", "testserver"),
        )

        assert [json.loads(line)["path"] for line in text.splitlines()] == ["/a/"]


class TestErase:
    def test_a_person(self, events, visit):
        roll_up()

        text = said("mkt_events_erase", "--visitor", visitor_of(visit("/a/")))

        assert text == "1 events deleted.\n"
        assert {event.path for event in Event.objects.all()} == {"/b/", ""}
        assert EventDay.objects.get(dimension="total", event="page_view").count == 2

    def test_a_dry_run_deletes_nothing(self, events):
        assert said("mkt_events_erase", "--all", "--dry-run") == "3 events would be deleted.\n"
        assert Event.objects.count() == 3

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "--all"),
            (["--all", "--event", "search"], "--all"),
            (["--visitor", "203.0.113.7"], "32 hexadecimal digits"),
            (["--address", "203.0.113.7"], "--user-agent and --host"),
            (["--address", "x", "--visitor", "ab" * 16], "either"),
        ],
    )
    def test_bad_options_delete_nothing(self, events, arguments, message):
        with pytest.raises(CommandError, match=message):
            call_command("mkt_events_erase", *arguments)

        assert Event.objects.count() == 3

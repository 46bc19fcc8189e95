from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from mkt_monitoring.reference import reference

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
PREFIXES = (
    "http_",
    "db_",
    "cache_",
    "task_",
    "mail_",
    "template_",
    "wagtail_",
    "django_",
    "mkt_core_",
    "mkt_events_",
    "mkt_m",
    "mkt_process_",
)


@pytest.mark.django_db
def test_the_reference_is_up_to_date():
    # After a change: manage.py mkt_metrics prints the new rows.
    assert DOCUMENT.read_text().endswith("\n\n" + reference(PREFIXES))


@pytest.mark.django_db
def test_the_command_prints_what_the_site_has():
    out = StringIO()

    call_command("mkt_metrics", "testapp_", stdout=out)

    assert "| `testapp_greetings_total` | counter |  | Greetings. |" in out.getvalue()
    assert "http_" not in out.getvalue()

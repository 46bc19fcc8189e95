import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

import mkt_core
from mkt_core import checks
from mkt_core.checks import missing_tables, settings_errors
from mkt_core.conf import core_settings

from .servers import postgres_at

# Django's own checks ask the database, too.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cache_that_never_raises(settings):
    """A Redis of the environment would be a finding of its own."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


HEALTH = "mkt_core.health.middleware.HealthMiddleware"


def core_messages():
    return [message for message in run_checks() if message.id.startswith("mkt_core.")]


class TestSettings:
    def test_defaults_are_fine(self):
        assert core_messages() == []

    @pytest.mark.parametrize(
        ("value", "number", "message", "hint"),
        [
            (5, "E001", "MKT_CORE must be a dictionary, not int.", "Write MKT_CORE = {...}"),
            (None, "E001", "MKT_CORE must be a dictionary, not NoneType.", "Write MKT_CORE"),
            ([1, 2], "E001", "MKT_CORE must be a dictionary, not list.", "Write MKT_CORE"),
            (
                {"TRUST_REQUEST_IDS": True},
                "E001",
                "MKT_CORE has the unknown key 'TRUST_REQUEST_IDS'.",
                "Did you mean 'TRUST_REQUEST_ID'?",
            ),
            (
                {"HEALTH_TIMEOUT_SECONDS": "2"},
                "E002",
                "MKT_CORE['HEALTH_TIMEOUT_SECONDS'] must be float, not str.",
                "Remove the key",
            ),
            (
                {"HEALTH_NETWORKS": ["10.0.0.0/8", "10.0.0.0/33"]},
                "E004",
                (
                    "MKT_CORE['HEALTH_NETWORKS'] has an entry that is no address or network: "
                    "'10.0.0.0/33' does not appear to be an IPv4 or IPv6 network."
                ),
                "Write addresses",
            ),
            (
                {"HEALTH_DATABASES": ["default", "replica"]},
                "E005",
                "MKT_CORE['HEALTH_DATABASES'] names 'replica', which is not in DATABASES.",
                "Known aliases: default.",
            ),
            (
                {"HEALTH_TIMEOUT_SECONDS": 0},
                "E006",
                "MKT_CORE['HEALTH_TIMEOUT_SECONDS'] is 0; no check could pass.",
                "Give a number",
            ),
        ],
    )
    def test_bad_value_gives_one_message(self, settings, value, number, message, hint):
        settings.MKT_CORE = value

        [only] = core_messages()

        assert only.id == f"mkt_core.{number}"
        assert only.msg == message
        assert only.hint.startswith(hint)

    def test_every_problem_has_its_message(self, settings):
        settings.MKT_CORE = {"A": 1, "B": 2, "TRUST_REQUEST_ID": "yes"}

        ids = [message.id for message in core_messages()]

        assert ids == ["mkt_core.E001", "mkt_core.E001", "mkt_core.E002"]

    def test_uses_the_label_of_the_package(self, settings):
        settings.MKT_CORE = 5

        assert [error.id for error in settings_errors(core_settings, "mkt_x")] == ["mkt_x.E001"]

    def test_check_command_reports_instead_of_crashing(self, settings):
        settings.MKT_CORE = 5

        with pytest.raises(SystemCheckError, match="MKT_CORE must be a dictionary"):
            call_command("check")


class TestMiddleware:
    def test_health_middleware_without_its_urls_is_reported(self, settings):
        settings.MIDDLEWARE = [HEALTH]
        settings.ROOT_URLCONF = "tests.empty_urls"

        [only] = core_messages()

        assert only.id == "mkt_core.W007"
        assert 'include("mkt_core.urls")' in only.hint

    def test_health_middleware_with_its_urls_is_fine(self, settings):
        settings.MIDDLEWARE = [HEALTH]

        assert core_messages() == []

    def test_urls_may_be_left_out_without_the_middleware(self, settings):
        settings.ROOT_URLCONF = "tests.empty_urls"

        assert core_messages() == []


class TestMissingTables:
    def test_silent_when_all_tables_are_there(self):
        assert missing_tables("wagtailcore", ["default"]) == []

    def test_silent_when_no_database_is_to_be_looked_at(self):
        assert missing_tables("wagtailcore", None) == []

    def test_costs_one_query_per_database(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            missing_tables("wagtailcore", ["default"])

    def test_names_what_is_missing_and_the_command(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE wagtailcore_task RENAME TO elsewhere")

        [only] = missing_tables("wagtailcore", ["default"])

        assert only.id == "wagtailcore.W003"
        assert "lacks its tables: wagtailcore_task." in only.msg
        assert "manage.py migrate wagtailcore" in only.hint
        assert not only.is_serious()

    def test_silent_on_an_empty_database(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
            cursor.execute("ALTER TABLE wagtailcore_task RENAME TO elsewhere_too")

        assert missing_tables("wagtailcore", ["default"]) == []

    def test_dead_database_gives_a_message(self, monkeypatch, closed_port):
        monkeypatch.setattr(checks, "connections", postgres_at(closed_port))

        [only] = missing_tables("wagtailcore", ["default"])

        assert only.id == "wagtailcore.W003"
        assert only.msg.startswith("Cannot see whether the database 'default'")


class TestIds:
    def test_one_meaning_each(self):
        source = (Path(mkt_core.__file__).parent / "checks.py").read_text()
        ids = re.findall(r'id="(mkt_core\.[EW]\d{3})"', source)

        assert len(ids) == len(set(ids)) == 4

    def test_readme_lists_them(self):
        source = (Path(mkt_core.__file__).parent / "checks.py").read_text()
        readme = (Path(__file__).parents[1] / "README.md").read_text()

        ids = {"mkt_core.E001", "mkt_core.E002", *re.findall(r'id="(mkt_core\.[EW]\d{3})"', source)}

        assert [one for one in sorted(ids) if f"`{one}`" not in readme] == []

import pytest
from django.core.checks import registry as check_registry
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from mkt_api.checks import check_pages, check_resources, check_settings, check_tables
from mkt_api.models import ApiToken

from .testapp.models import EventPage


class TestSettings:
    def test_are_right_by_default(self):
        assert check_settings() == []

    @pytest.mark.parametrize(
        ("value", "identity", "text"),
        [
            ([], "mkt_api.E001", "dictionary"),
            ({"PAGESIZE": 3}, "mkt_api.E001", "PAGESIZE"),
            ({"PAGE_SIZE": "3"}, "mkt_api.E002", "PAGE_SIZE"),
            ({"PAGE_SIZE": 0}, "mkt_api.E002", "PAGE_SIZE"),
            ({"PAGE_SIZE": 200}, "mkt_api.E002", "MAX_PAGE_SIZE"),
            ({"CACHE_SECONDS": -1}, "mkt_api.E002", "CACHE_SECONDS"),
            ({"BASE_URL": "example.com"}, "mkt_api.E002", "BASE_URL"),
            ({"TYPES": ("testapp.Articel",)}, "mkt_api.E002", "testapp.Articel"),
            ({"EXCLUDE": ("x",)}, "mkt_api.E002", "EXCLUDE"),
            ({"RENDITIONS": {"card": "fil-10x10"}}, "mkt_api.E002", "fil-10x10"),
            ({"SETTINGS": {"testapp.Nothing": ("a",)}}, "mkt_api.E002", "testapp.Nothing"),
            ({"SETTINGS": {"testapp.Topic": ("nothing",)}}, "mkt_api.E002", "nothing"),
            ({"SETTINGS": {"testapp.Writer": ("api_token",)}}, "mkt_api.E002", "secret"),
            ({"SYNC_DAYS": 0}, "mkt_api.E002", "SYNC_DAYS"),
            ({"TOKEN_CACHE_SECONDS": 6.0}, "mkt_api.E002", "revocation"),
            ({"LIMIT_PERIOD_SECONDS": 0}, "mkt_api.E002", "LIMIT_PERIOD_SECONDS"),
            ({"TOKEN_LIMIT": -1}, "mkt_api.E002", "TOKEN_LIMIT"),
            ({"WEBHOOK_TIMEOUT_SECONDS": 0.0}, "mkt_api.E002", "WEBHOOK_TIMEOUT_SECONDS"),
            ({"CORS_ORIGINS": ["example.com"]}, "mkt_api.E002", "CORS_ORIGINS"),
            ({"CORS_ORIGINS": ["https://example.com/"]}, "mkt_api.E002", "CORS_ORIGINS"),
        ],
    )
    def test_that_are_wrong_are_reported(self, settings, value, identity, text):
        settings.MKT_API = value

        [error] = check_settings()

        assert error.id == identity
        assert text in error.msg
        assert error.hint

    def test_unknown_key_names_the_nearest(self, settings):
        settings.MKT_API = {"PAGESIZE": 3}

        assert "PAGE_SIZE" in check_settings()[0].hint

    def test_stop_manage_py(self, settings):
        settings.MKT_API = {"PAGE_SIZE": 0}

        with pytest.raises(SystemCheckError, match=r"mkt_api\.E002"):
            call_command("check")


def test_checks_are_registered():
    registered = check_registry.registry.get_checks()

    assert {check_settings, check_resources} <= set(registered)


def test_app_loads_nothing_of_rest_framework_before_it_is_used():
    import subprocess
    import sys

    code = (
        "import django, sys; django.setup(); "
        "print([m for m in sys.modules if m.startswith('drf_spectacular.open')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == "[]"


@pytest.mark.django_db
def test_missing_migrations_are_named(monkeypatch):
    monkeypatch.setattr(ApiToken._meta, "db_table", "never_created")

    (message,) = check_tables(databases=["default"])

    assert message.id == "mkt_api.W003"
    assert "never_created" in message.msg
    assert "migrate" in message.hint


class TestPages:
    def test_are_right_as_they_are(self):
        assert check_pages() == []

    def test_say_which_api_fields_cannot_be_shown(self, monkeypatch):
        monkeypatch.setattr(EventPage, "api_fields", ["place", "nothing", "secret_plan"])

        messages = check_pages()

        assert [message.id for message in messages] == ["mkt_api.W009"] * len(messages)
        assert any("nothing" in message.msg for message in messages)
        assert any("secret_plan" in message.msg for message in messages)

"""django-health-check beside our checks. It is installed where the tests of whole systems run."""

import importlib
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path

from mkt_core.health import register
from mkt_core.health.plugins import register_plugins
from mkt_core.health.report import run_checks
from mkt_core.health.setting_checks import check_health

HERE = "tests.health.plugins"


def has_django_health_check():
    return importlib.util.find_spec("health_check") is not None


needs_it = pytest.mark.skipif(
    not has_django_health_check(), reason="django-health-check is in the group systems"
)


def passing():
    pass


def failing():
    raise RuntimeError("the disk is full")


@needs_it
@pytest.mark.usefixtures("no_checks")
class TestItsChecksInOurReport:
    @pytest.mark.parametrize("name", ["Sync", "Async"])
    @pytest.mark.parametrize(
        ("problem", "critical", "status"),
        [
            ("", True, "ok"),
            ("full", False, "degraded"),
            ("full", True, "unavailable"),
        ],
    )
    def test_count_as_ours(self, name, problem, critical, status):
        register_plugins(
            [{"check": f"{HERE}.{name}", "options": {"problem": problem}, "critical": critical}]
        )

        report = run_checks()

        assert report.status == status
        assert report.results[0].name == name.lower()
        assert problem in report.results[0].message

    def test_a_warning_only_degrades(self):
        register_plugins(
            [{"check": f"{HERE}.Sync", "options": {"problem": "warning"}, "critical": True}]
        )

        assert run_checks().status == "degraded"

    def test_real_ones(self, settings, tmp_path):
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(tmp_path)},
            },
        }
        register_plugins(["health_check.checks.Storage", "health_check.checks.Cache"])

        assert [(one.name, one.passed) for one in run_checks().results] == [
            ("storage", True),
            ("cache", True),
        ]

    def test_names_that_are_taken(self):
        register("cache")(passing)
        register_plugins(["health_check.checks.Cache"])

        assert [one.name for one in run_checks().results] == ["cache", "cache'"]

    def test_one_that_cannot_be_loaded_fails(self):
        register_plugins(["tests.health.plugins.Nothing"])

        assert run_checks().status == "degraded"


@needs_it
@pytest.mark.usefixtures("no_checks")
class TestOursInItsView:
    @pytest.fixture
    def view(self, settings):
        from health_check.views import HealthCheckView

        module = type(sys)("tests.health.plugin_urls")
        module.urlpatterns = [
            path(
                "ht/",
                HealthCheckView.as_view(checks=["mkt_core.health.django_health_check.MktChecks"]),
            )
        ]
        sys.modules[module.__name__] = module
        settings.ROOT_URLCONF = module.__name__
        yield
        del sys.modules[module.__name__]

    @pytest.mark.parametrize(
        ("critical", "text"), [(True, "Unavailable: disk"), (False, "Warning: disk")]
    )
    @pytest.mark.usefixtures("view")
    def test_failure(self, client, critical, text):
        register("disk", critical=critical)(failing)
        register("other")(passing)

        response = client.get("/ht/?format=json")

        assert response.status_code == 500
        assert list(response.json().values()) == [text]

    @pytest.mark.usefixtures("view")
    def test_success(self, client):
        register("other")(passing)

        assert client.get("/ht/?format=json").status_code == 200

    def test_some_of_them(self):
        from mkt_core.health.django_health_check import MktChecks

        register("disk")(failing)
        register("other")(passing)

        MktChecks(names="other").run()


class TestWithoutIt:
    @pytest.fixture
    def missing(self, monkeypatch):
        for name in [one for one in sys.modules if one.split(".")[0] == "health_check"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "health_check", None)
        monkeypatch.setattr("mkt_core.health.plugins.find_spec", lambda name: None)
        monkeypatch.delitem(sys.modules, "mkt_core.health.django_health_check", raising=False)

    @pytest.mark.usefixtures("missing")
    def test_the_error_is_clear(self):
        with pytest.raises(ImproperlyConfigured, match="needs django-health-check, version 4"):
            importlib.import_module("mkt_core.health.django_health_check")

    @pytest.mark.usefixtures("missing", "no_checks")
    def test_a_check_says_so_and_the_report_too(self, settings):
        settings.MKT_CORE = {"HEALTH_PLUGIN_CHECKS": ["health_check.checks.Mail"]}

        register_plugins(["health_check.checks.Mail"])

        [only] = check_health()
        assert only.id == "mkt_core.E050"
        assert "pip install" in only.hint
        assert "not installed" in run_checks().results[0].message


class TestChecks:
    @needs_it
    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("health_check.checks.Mial", "cannot be imported"),
            ("django.http.HttpResponse", "has no method 'run'"),
            ({"check": "health_check.checks.Mail", "opions": {}}, "unknown key 'opions'"),
            ({"options": {}}, "lacks the key 'check'"),
            (
                {"check": "health_check.checks.Mail", "timeout_seconds": "5"},
                "['timeout_seconds'] must be float or None",
            ),
            ({"check": "health_check.checks.Mail", "options": {"x": 1}}, "cannot be made"),
        ],
    )
    def test_entry_that_cannot_be_used(self, settings, entry, message):
        settings.MKT_CORE = {"HEALTH_PLUGIN_CHECKS": [entry]}

        [only] = check_health()

        assert only.id == "mkt_core.E051"
        assert message in only.msg

    def test_unknown_replica(self, settings):
        settings.MKT_CORE = {"HEALTH_REPLICAS": ["replica"]}

        assert [message.id for message in check_health()] == ["mkt_core.E052"]

    def test_middleware_in_front(self, settings):
        settings.MIDDLEWARE = [
            "django.middleware.security.SecurityMiddleware",
            "mkt_core.health.middleware.HealthMiddleware",
        ]

        [only] = check_health()

        assert only.id == "mkt_core.W053"
        assert "SecurityMiddleware" in only.msg

    @pytest.mark.parametrize("seconds", [-1.0, 3600.0])
    def test_reuse_for_ever(self, settings, seconds):
        settings.MKT_CORE = {"HEALTH_REUSE_SECONDS": seconds}

        assert [message.id for message in check_health()] == ["mkt_core.E054"]

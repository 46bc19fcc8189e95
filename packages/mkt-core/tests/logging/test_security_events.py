"""OWASP ASVS 5.0, chapter V16: what is logged, how, and what an error shows. One test for each item has its number."""

import json
import logging
import re
import ssl
import threading
from pathlib import Path

import pytest
from django.contrib.auth import user_logged_out
from django.contrib.auth.models import User
from django.test import Client

from mkt_core.logging import JsonFormatter, config
from mkt_core.logging.security_events import log_event

from . import ecs

REFERENCE = Path(__file__).parents[4] / "docs/reference/log-fields.md"
ACCESS = "mkt_core.logging.access.AccessLogMiddleware"


class Broken:
    """A backend whose directory cannot be reached."""

    def authenticate(self, request, **credentials):
        raise ConnectionError("ldap://admin:hunter2@directory")

    def get_user(self, pk):
        return None


@pytest.fixture(autouse=True)
def _site(settings):
    settings.ROOT_URLCONF = "tests.logging.urls"
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, ACCESS, *others, "django.middleware.csrf.CsrfViewMiddleware"]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def ann(db):
    return User.objects.create_user("ann@example.com", password="correct horse")


def log_in(client, password):
    return client.post("/login/", {"username": "ann@example.com", "password": password})


class TestLines:
    def test_16_2_1_when_where_who_and_what(self, client, lines, ann, settings):
        settings.MKT_CORE = {"LOG_CLIENT_ADDRESS": "truncated"}
        client.force_login(ann)

        client.get("/who/")

        line = lines.one("mkt_core.access")
        when, where, who, what = (
            ["@timestamp"],
            ["log.logger", "process.pid", "http.request.id", "trace.id"],
            ["user.hash", "client.ip"],
            ["event.action", "event.outcome", "http.request.method", "http.response.status_code"],
        )
        assert all(line[name] for name in when + where + who + what)

    def test_16_2_2_times_are_utc(self, client, lines, settings):
        settings.TIME_ZONE = "Asia/Kathmandu"

        client.get("/reset/MQ/x/")

        assert all(
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["@timestamp"])
            for line in lines.all()
        )

    def test_16_2_3_goes_where_the_inventory_says_and_nowhere_else(self):
        # docs/how-to/logs.md: standard error, or the file that was named.
        stderr, file = config(), config(file="/var/log/site/app.log")

        for given in (stderr, file):
            assert list(given["handlers"]) == ["mkt"]
            assert {
                name for one in given["loggers"].values() for name in one.get("handlers", [])
            } <= {"mkt"}
        assert "filename" not in stderr["handlers"]["mkt"]
        for name in list(logging.root.manager.loggerDict):
            if name.startswith("mkt_core"):
                assert not any(
                    not isinstance(handler, logging.NullHandler)
                    for handler in logging.getLogger(name).handlers
                )

    def test_16_2_4_every_line_is_sound_ecs(self, client, lines, ann, settings):
        settings.MKT_CORE = {"LOG_CLIENT_ADDRESS": "full", "LOG_PATHS": True}
        log_in(client, "wrong")
        client.force_login(ann)
        for path in ("/who/", "/fail/x/", "/denied/", "/suspicious/", "/nowhere/", "/admin/"):
            client.get(path)
        client.logout()
        Client(enforce_csrf_checks=True).post("/login/", {})

        assert len(lines.texts) > 15
        assert [problem for line in lines.all() for problem in ecs.problems(line)] == []
        assert ecs.TYPES.keys() - {name for line in lines.all() for name in line} == {
            "service.environment",
            "service.name",
        }

    def test_16_2_4_the_reference_has_every_field_with_its_type(self):
        fields, _labels = REFERENCE.read_text().split("| label |", 1)
        rows = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", fields, re.MULTILINE)

        kinds = {"keyword, list": "keyword[]", "object of keywords": "object"}
        assert {
            name: kinds.get(kind, kind)
            for names, kind in rows
            for name in names[1:-1].split("`, `")
        } == ecs.TYPES

    def test_16_2_5_no_credentials_and_no_names(self, client, lines, ann):
        log_in(client, "hunter2")
        log_in(client, "correct horse")
        client.get(
            "/who/",
            headers={"Authorization": "Bearer hunter2hunter2", "Cookie": "sessionid=hunter2"},
        )
        client.get("/fail/hunter2/?password=hunter2")

        text = "\n".join(lines.texts)
        assert not re.search(r"hunter2|correct horse|ann@|example\.com", text)

    def test_16_4_1_nothing_can_forge_a_line(self, client, lines):
        client.get("/x%0a%7b%22log.level%22:%22info%22%7d%1b[31m%e2%80%a8/")

        assert all("\n" not in text and re.fullmatch(r"[\x20-\x7e]+", text) for text in lines.texts)
        assert lines.one("mkt_core.access")["url.path"].startswith("/x\n{")


class TestAuthentication:
    def test_16_3_1_logins_and_logouts_are_logged(self, client, lines, ann, settings):
        log_in(client, "wrong")
        client.login(username="ann@example.com", password="correct horse")
        client.logout()

        failed, succeeded, ended = lines.all("mkt_core.security_events")
        assert (failed["event.action"], failed["event.outcome"]) == ("user-login", "failure")
        assert failed["log.level"] == "warning"
        assert (succeeded["event.action"], succeeded["event.outcome"]) == ("user-login", "success")
        assert succeeded["labels"]["auth_backend"] == "django.contrib.auth.backends.ModelBackend"
        assert (ended["event.action"], ended["event.outcome"]) == ("user-logout", "success")
        assert succeeded["user.hash"] == ended["user.hash"]

    def test_attempts_on_one_account_can_be_counted(self, client, lines, db):
        for name in ("ann", "ANN", "bob"):
            client.post("/login/", {"username": name, "password": "x"})

        first, second, other = (
            line["labels"]["attempted_user_hash"] for line in lines.all("mkt_core.security_events")
        )
        assert first == second != other

    def test_nobody_who_logs_out_is_no_event(self, lines):
        user_logged_out.send(sender=User, request=None, user=None)

        assert lines.texts == []

    def test_login_without_a_request(self, lines, ann):
        assert Client().login(username="ann@example.com", password="correct horse")

        assert lines.one("mkt_core.security_events")["user.hash"]

    def test_login_succeeds_although_it_cannot_be_logged(self, client, ann, monkeypatch):
        monkeypatch.setattr("mkt_core.logging.security_events.who_fields", lambda request: 1 / 0)

        assert client.login(username="ann@example.com", password="correct horse")


class TestRefusals:
    def test_16_3_2_failed_authorization_is_logged(self, client, lines, ann):
        client.force_login(ann)
        lines.texts.clear()

        client.get("/denied/")

        line = lines.one("django.request")
        assert (line["event.action"], line["event.outcome"]) == ("permission-denied", "failure")
        assert line["labels"]["route"] == "denied/"
        # See test_access.py for those of the Wagtail admin, which Django does not see.

    def test_16_3_3_attempts_to_get_around_controls_are_logged(self, lines, settings):
        settings.ALLOWED_HOSTS = ["testserver"]
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)

        client.post("/login/", {})
        client.get("/suspicious/")
        client.get("/reset/MQ/x/", headers={"host": "evil.example"})

        csrf = lines.one("django.security.csrf")
        assert (csrf["event.action"], csrf["event.outcome"]) == ("csrf-failure", "failure")
        reasons = [
            line["event.reason"]
            for line in lines.all("django.security", event__action="suspicious-operation")
        ]
        assert reasons == ["SuspiciousOperation", "DisallowedHost"]

    def test_events_of_a_site_have_the_same_form(self, lines):
        log_event(
            "export-refused",
            "Too many exports",
            outcome="failure",
            kind="denied",
            labels={"export": 5, "token": "hunter2"},
        )

        line = lines.one("mkt_core.security_events")
        assert line["event.action"] == "export-refused"
        assert line["labels"] == {"export": 5, "token": "[redacted]"}
        assert list(ecs.problems(line)) == []


class TestErrors:
    def test_16_3_4_unexpected_errors_and_failed_tls_are_logged(self, client, lines):
        client.get("/fail/x/")
        try:
            raise ssl.SSLCertVerificationError(1, "certificate verify failed: hostname mismatch")
        except ssl.SSLError:
            logging.getLogger("tests.backend").exception("The search server cannot be reached")

        error = lines.one("django.request")
        assert (error["event.action"], error["event.outcome"]) == ("server-error", "failure")
        assert error["error.stack_trace"].startswith("Traceback")
        assert lines.one("tests.backend")["error.type"] == "ssl.SSLCertVerificationError"

    def test_16_5_1_the_visitor_sees_no_details(self, client, settings):
        settings.DEBUG = False

        response = client.get("/fail/x/")

        assert response.status_code == 500
        assert not re.search(rb"hunter2|postgres|Traceback|RuntimeError|File ", response.content)

    def test_16_5_3_an_error_in_a_control_refuses(self, client, lines, settings, ann):
        settings.AUTHENTICATION_BACKENDS = [
            "tests.logging.test_security_events.Broken",
            "django.contrib.auth.backends.ModelBackend",
        ]

        response = log_in(client, "correct horse")

        assert response.status_code == 500
        assert "_auth_user_id" not in client.session
        assert not any("hunter2" in text for text in lines.texts)

    def test_16_5_4_the_next_request_is_answered(self, client, lines):
        client.get("/fail/x/")

        assert client.get("/reset/MQ/x/").status_code == 200
        assert lines.one("django.request")["error.message"].startswith("connection to postgres://[")
        # See test_handlers.py for errors that end a thread.

    def test_whatever_is_logged_cannot_fail(self):
        class Hostile:
            def __getattribute__(self, name):
                raise RuntimeError

            __repr__ = __str__ = None

        record = logging.makeLogRecord(
            {"msg": Hostile(), "args": Hostile(), "name": "x", "ecs": Hostile()}
        )

        assert json.loads(JsonFormatter().format(record))["log.level"]


def test_lines_of_many_threads_do_not_mix(lines):
    def work(number):
        for _ in range(50):
            logging.getLogger("tests").info("thread %d", number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lines.all("tests")) == 400

"""What browsers send to the report endpoint, and what becomes of it."""

import json
import logging
import time

import pytest
from django.core.cache import cache
from django.test import Client

from mkt_core.security import reporting
from mkt_core.security.violations import Violation
from mkt_core.signals import csp_violation_reported

OLD, NEW = "application/csp-report", "application/reports+json"
PATH = "/csp-report/"


def old(**fields):
    report = {
        "document-uri": "https://testserver/blog/?q=1#top",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "original-policy": "default-src 'none'",
        "disposition": "enforce",
        "blocked-uri": "https://evil.example/x.js?key=secret",
        "source-file": "https://testserver/blog/",
        "line-number": 12,
        "status-code": 200,
    }
    return {
        "csp-report": report | {name.replace("_", "-"): value for name, value in fields.items()}
    }


def new(**fields):
    body = {
        "documentURL": "https://testserver/blog/?q=1",
        "blockedURL": "inline",
        "effectiveDirective": "style-src-attr",
        "disposition": "report",
        "sourceFile": "https://testserver/blog/",
        "lineNumber": 3,
    }
    return {
        "type": "csp-violation",
        "age": 1,
        "url": "https://testserver/blog/",
        "body": body | fields,
    }


@pytest.fixture
def endpoint(website, monkeypatch):
    monkeypatch.setattr(reporting, "_log", reporting._Log())
    cache.clear()
    yield website
    cache.clear()


@pytest.fixture
def send(endpoint):
    def post(data, content_type=OLD, client=None, **kwargs):
        body = data if isinstance(data, (bytes, str)) else json.dumps(data)
        return (client or Client()).post(PATH, body, content_type=content_type, **kwargs)

    return post


@pytest.fixture
def told(endpoint):
    """The violations that were told by the signal."""
    found = []

    def receive(violation, **kwargs):
        found.append(violation)

    csp_violation_reported.connect(receive)
    yield found
    csp_violation_reported.disconnect(receive)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.WARNING, "mkt_core.security.reporting")
    return lambda: [
        record for record in caplog.records if record.name == "mkt_core.security.reporting"
    ]


class TestAnswers:
    def test_a_report_is_taken(self, send):
        response = send(old())

        assert (response.status_code, response.content) == (204, b"")
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("data", [[new(), new()], new(), []])
    def test_reports_of_the_new_kind(self, send, data):
        assert send(data, NEW).status_code == 204

    def test_no_token_is_needed(self, endpoint, send):
        endpoint.MIDDLEWARE = [*endpoint.MIDDLEWARE, "django.middleware.csrf.CsrfViewMiddleware"]

        assert send(old(), client=Client(enforce_csrf_checks=True)).status_code == 204

    def test_no_login_is_asked_for(self, endpoint, send):
        endpoint.MIDDLEWARE = [
            *endpoint.MIDDLEWARE,
            "django.contrib.auth.middleware.LoginRequiredMiddleware",
        ]

        assert send(old()).status_code == 204
        assert Client().get("/plain/").status_code == 302

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_only_post(self, endpoint, method):
        assert getattr(Client(), method)(PATH).status_code == 405

    @pytest.mark.parametrize(
        "content_type", ["application/json", "text/plain", "", "multipart/form-data; boundary=x"]
    )
    def test_other_types_are_refused(self, send, content_type):
        assert send(old(), content_type).status_code == 415

    @pytest.mark.parametrize("body", [
        b" ", b"{", b"\xff\xfe", b"null", b"[]", b'"text"', b'{"csp-report": 5}', b"[" * 30_000,
    ])  # fmt: skip
    def test_what_is_no_report_is_refused(self, send, body):
        response = send(body)

        assert response.status_code == 400
        assert response["Content-Type"].startswith("text/plain")

    @pytest.mark.parametrize("body", [b"[5]", b"5", b"[[]]"])
    def test_what_is_no_report_of_the_new_kind_is_refused(self, send, body):
        assert send(body, NEW).status_code == 400

    def test_a_long_body_is_not_read(self, endpoint, send):
        endpoint.MKT_CORE = {"CSP_REPORT_MAX_BYTES": 1000}

        assert send(b" " * 1001).status_code == 413

    def test_a_long_body_of_unknown_length_is_not_read(self, endpoint, send):
        endpoint.MKT_CORE = {"CSP_REPORT_MAX_BYTES": 1000}

        # As with Transfer-Encoding: chunked.
        response = send(b"x" * 5000, CONTENT_LENGTH="", **{"wsgi.input_terminated": True})

        assert response.status_code in (400, 413)

    def test_one_client_cannot_send_for_ever(self, endpoint, send, told):
        endpoint.MKT_CORE = {"CSP_REPORTS_PER_MINUTE": 3}

        statuses = [send(old()).status_code for _ in range(5)]

        assert statuses == [204, 204, 204, 429, 429]
        assert len(told) == 3
        assert send(old(), REMOTE_ADDR="192.0.2.7").status_code == 204


class TestViolations:
    def test_old_kind(self, send, told):
        send(old())

        assert told == [
            Violation(
                directive="script-src-elem",
                blocked="https://evil.example/x.js",
                document="https://testserver/blog/",
                source="https://testserver/blog/",
                line=12,
                disposition="enforce",
                host="testserver",
                is_noise=False,
            )
        ]

    def test_new_kind(self, send, told):
        send([new(), {"type": "deprecation", "body": {}}, {"type": "csp-violation"}], NEW)

        [violation] = told
        assert violation.directive == "style-src-attr"
        assert violation.blocked == "inline"
        assert violation.disposition == "report"

    def test_directives_of_old_browsers(self, send, told):
        send(old(effective_directive=None, violated_directive="img-src 'self'"))

        assert told[0].directive == "img-src"

    @pytest.mark.parametrize(
        "fields",
        [
            {"blocked_uri": "chrome-extension://abc/x.js"},
            {"blocked_uri": "chrome-extension"},
            {"source_file": "moz-extension://abc/x.js"},
            {"source_file": "safari-web-extension"},
            {"blocked_uri": "about"},
        ],
    )
    def test_extensions_of_browsers_are_left_out(self, send, told, fields):
        assert send(old(**fields)).status_code == 204
        assert told == []

    @pytest.mark.parametrize("document", ["https://other.example/", "", "nonsense", "http://[::1"])
    def test_pages_of_others_are_left_out(self, send, told, document):
        assert send(old(document_uri=document)).status_code == 204
        assert told == []

    def test_pages_of_all_hosts_of_the_site_count(self, endpoint, send, told):
        endpoint.ALLOWED_HOSTS = ["testserver", ".example.org"]

        send(old(document_uri="https://www.example.org/"))

        assert len(told) == 1

    @pytest.mark.parametrize("host", ["[::1]", "[::1]:8000", "testserver:8000"])
    def test_pages_of_a_host_with_a_port_or_of_an_address_count(self, endpoint, send, told, host):
        endpoint.ALLOWED_HOSTS = ["testserver", "[::1]"]

        send(old(document_uri=f"http://{host}/"), headers={"host": host})

        assert len(told) == 1

    def test_long_texts_cost_no_time(self, send):
        started = time.process_time()

        send(old(document_uri="https://testserver/" + "x" * 60_000))

        assert time.process_time() - started < 0.5

    def test_no_more_than_fifty_at_once(self, send, told):
        send([new()] * 80, NEW)

        assert len(told) == 50

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("https://testserver/reset/bjMx/c5k3v1d8f7e6a5b4c3d2e1f0/", "https://testserver/reset/bjMx/…/"),
            ("https://name:password@testserver/a", "https://testserver/a"),
            ("https://testserver/a-post-of-2024-about-many-things/", "https://testserver/a-post-of-2024-about-many-things/"),
            ("https://testserver/" + "a/" * 300, ("https://testserver/" + "a/" * 300)[:200]),
            ("https://testserver/a\r\nERROR root: x", "https://testserver/aERROR root: x"),
            ("https://testserver/\x1b[31m\u202e\u2028", "https://testserver/\ufffd[31m\ufffd\ufffd"),
        ],
    )  # fmt: skip
    def test_addresses_are_short_and_harmless(self, send, told, address, expected):
        send(old(document_uri=address))

        assert told[0].document == expected

    def test_data_is_not_kept(self, send, told):
        send(old(blocked_uri="data:text/html;base64,c2VjcmV0"))

        assert told[0].blocked == "data"

    @pytest.mark.parametrize("value", [None, 5, [], {}, -1, 10**30, "x" * 10_000, True])
    def test_nothing_in_a_report_breaks_it(self, send, told, value):
        names = ("effective_directive", "violated_directive", "blocked_uri", "source_file")
        fields = dict.fromkeys((*names, "line_number", "disposition"), value)

        assert send(old(**fields)).status_code == 204
        assert len(told) == 1


class TestLog:
    def test_one_warning(self, send, lines):
        send(old())

        [record] = lines()
        assert record.levelno == logging.WARNING
        assert record.getMessage() == (
            "Content Security Policy violated: script-src-elem blocked https://evil.example/x.js "
            "on https://testserver/blog/"
        )
        assert record.csp_line == 12

    def test_the_same_is_logged_once(self, send, told, lines):
        for _ in range(20):
            send(old())

        assert len(told) == 20
        assert len(lines()) == 1

    def test_and_again_after_a_while(self, endpoint, send, lines):
        endpoint.MKT_CORE = {"CSP_REPORT_LOG_SECONDS": 0}

        send(old())
        send(old())

        assert len(lines()) == 2

    def test_a_flood_of_variants_does_not_fill_the_log(self, send, told, lines):
        for page in range(4):
            send([new(documentURL=f"https://testserver/{page}/{n}/") for n in range(50)], NEW)

        assert len(told) == 200
        assert len(lines()) == 30

    def test_the_next_line_says_how_much_was_left_out(self, send, lines):
        send(old())
        for _ in range(4):
            send(old())
        send(old(blocked_uri="inline"))

        assert [record.csp_left_out for record in lines()] == [0, 4]

    def test_a_broken_listener_breaks_nothing(self, send, lines):
        def receive(**kwargs):
            raise RuntimeError("broken")

        csp_violation_reported.connect(receive)
        try:
            assert send(old()).status_code == 204
        finally:
            csp_violation_reported.disconnect(receive)
        assert len(lines()) == 1

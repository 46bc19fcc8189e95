import logging
import re
import sys
import types

import pytest
from django.test import RequestFactory

from mkt_core.middleware import RequestIdMiddleware
from mkt_core.request_scope import current_trace, outgoing_trace_headers, outgoing_traceparent
from mkt_core.trace_context import continued_trace, new_trace

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE}-{SPAN}-01"


def trace_in_a_view(**headers):
    """What a view would see, and what it would send on."""
    seen = []
    middleware = RequestIdMiddleware(
        lambda request: seen.append((current_trace(), outgoing_trace_headers())) or _Response()
    )
    middleware(RequestFactory().get("/", headers=headers))
    return seen[0]


class _Response:
    def __init__(self):
        self.headers = {}


@pytest.fixture
def behind_a_proxy(settings):
    settings.MKT_CORE = {"TRUSTED_PROXIES": ["127.0.0.1"]}


class TestHeader:
    @pytest.mark.parametrize(
        "header",
        [
            GIVEN,
            f"  {GIVEN}\t",
            f"00-{TRACE}-{SPAN}-00",
            # Later versions: the beginning is the same, more may follow.
            f"01-{TRACE}-{SPAN}-01",
            f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like",
            f"fe-{TRACE}-{SPAN}-01-",
        ],
    )
    def test_is_continued(self, header):
        trace = continued_trace(header)

        assert (trace.trace_id, trace.parent_id) == (TRACE, SPAN)
        assert re.fullmatch("[0-9a-f]{16}", trace.span_id)
        assert trace.span_id != SPAN

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "00",
            f"ff-{TRACE}-{SPAN}-01",
            f"00-{'0' * 32}-{SPAN}-01",
            f"00-{TRACE}-{'0' * 16}-01",
            f"00-{TRACE.upper()}-{SPAN}-01",
            f"00-{TRACE[1:]}-{SPAN}-01",
            f"00-{TRACE}0-{SPAN}-01",
            f"00-{TRACE}-{SPAN[1:]}-01",
            f"00-{TRACE}-{SPAN}-1",
            f"00-{TRACE}-{SPAN}-0g",
            f"00-{TRACE}-{SPAN}-01-more",
            f"00-{TRACE}-{SPAN}-01.",
            f"cc-{TRACE}-{SPAN}-01.more",
            f"0-{TRACE}-{SPAN}-01",
            f"00_{TRACE}_{SPAN}_01",
            f"{GIVEN},{GIVEN}",
            f"{GIVEN}\n",
            f"00-{TRACE[:-1]}٣-{SPAN}-01",
        ],
    )
    def test_is_ignored_if_it_is_malformed(self, header):
        assert continued_trace(header) is None

    def test_unknown_flags_are_not_passed_on(self):
        trace = continued_trace(f"00-{TRACE}-{SPAN}-ff")

        assert trace.headers()["traceparent"] == f"00-{TRACE}-{trace.span_id}-03"

    @pytest.mark.parametrize(
        ("state", "kept"), [("a=1,b=2", True), ("a=\n", False), ("x" * 513, False)]
    )
    def test_state_is_passed_on(self, state, kept):
        assert ("tracestate" in continued_trace(GIVEN, state).headers()) is kept

    def test_new_traces_differ(self):
        first, second = new_trace(), new_trace()

        assert continued_trace(first.headers()["traceparent"]).trace_id == first.trace_id
        assert len({first.trace_id, second.trace_id, first.span_id, second.span_id}) == 4


class TestRequest:
    def test_strangers_begin_a_trace(self):
        trace, _ = trace_in_a_view(traceparent=GIVEN)

        assert trace.trace_id != TRACE

    @pytest.mark.usefixtures("behind_a_proxy")
    def test_proxies_of_ours_are_believed(self):
        trace, headers = trace_in_a_view(traceparent=GIVEN, tracestate="a=1")

        assert (trace.trace_id, trace.parent_id) == (TRACE, SPAN)
        assert headers == {"traceparent": f"00-{TRACE}-{trace.span_id}-01", "tracestate": "a=1"}

    @pytest.mark.usefixtures("behind_a_proxy")
    def test_request_id_of_proxies_of_ours_is_kept(self, client):
        response = client.get("/whoami/", headers={"X-Request-ID": "mine"})
        stranger = client.get("/whoami/", headers={"X-Request-ID": "mine"}, REMOTE_ADDR="192.0.2.1")

        assert response.headers["X-Request-ID"] == "mine"
        assert stranger.headers["X-Request-ID"] != "mine"

    def test_the_old_switch_still_trusts_everybody_or_nobody(self, settings):
        settings.MKT_CORE = {"TRUST_REQUEST_ID": True}
        assert trace_in_a_view(traceparent=GIVEN)[0].trace_id == TRACE

        settings.MKT_CORE = {"TRUST_REQUEST_ID": False, "TRUSTED_PROXIES": ["127.0.0.1"]}
        assert trace_in_a_view(traceparent=GIVEN)[0].trace_id != TRACE

    @pytest.mark.usefixtures("behind_a_proxy")
    def test_malformed_header_begins_a_trace(self):
        trace, headers = trace_in_a_view(traceparent=f"ff{GIVEN[2:]}", tracestate="a=1")

        assert trace.trace_id != TRACE
        assert "tracestate" not in headers

    def test_outside_of_requests_there_is_none(self):
        assert current_trace() is None
        assert outgoing_trace_headers() == {}
        assert outgoing_traceparent() == ""


class TestOpenTelemetry:
    @pytest.fixture
    def span(self, monkeypatch):
        """The part of its API that is read, if the real one is not here."""
        state = types.SimpleNamespace(to_header=lambda: "a=1")
        context = types.SimpleNamespace(
            is_valid=True,
            trace_id=int(TRACE, 16),
            span_id=int(SPAN, 16),
            trace_flags=1,
            trace_state=state,
        )
        module = types.ModuleType("opentelemetry.trace")
        module.get_current_span = lambda: types.SimpleNamespace(get_span_context=lambda: context)
        monkeypatch.setitem(sys.modules, "opentelemetry.trace", module)
        return context

    def test_its_span_is_the_trace(self, span, lines, client):
        trace, headers = trace_in_a_view()
        client.get("/whoami/")

        assert (trace.trace_id, trace.span_id) == (TRACE, SPAN)
        assert headers == {"traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": "a=1"}
        line = lines.one("tests.views")
        assert (line["trace.id"], line["span.id"]) == (TRACE, SPAN)
        assert line["http.request.id"]

    def test_without_a_span_it_is_ours(self, span):
        span.is_valid = False

        assert trace_in_a_view()[0].trace_id != TRACE

    def test_its_failures_are_not_ours(self, span):
        del span.trace_state

        assert trace_in_a_view()[0].trace_id != TRACE


class TestRealOpenTelemetry:
    def test_its_span_is_the_trace(self, lines):
        trace = pytest.importorskip("opentelemetry.trace", reason="it is in the group systems")
        context = trace.SpanContext(int(TRACE, 16), int(SPAN, 16), False, trace.TraceFlags(1))

        with trace.use_span(trace.NonRecordingSpan(context)):
            logging.getLogger("tests").info("inside")
            headers = outgoing_trace_headers()
        logging.getLogger("tests").info("outside")

        inside, outside = lines.all("tests")
        assert (inside["trace.id"], inside["span.id"]) == (TRACE, SPAN)
        assert headers == {"traceparent": f"00-{TRACE}-{SPAN}-01"}
        assert "trace.id" not in outside

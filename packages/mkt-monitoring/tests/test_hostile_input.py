"""What strangers send changes neither the response nor the size of the metrics."""

import string

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from prometheus_client import REGISTRY

from mkt_monitoring.http.durations import RequestDurations

from .conftest import REQUESTS
from .conftest import Requests as Deltas

MOST_SERIES = 50

METHODS = st.sampled_from(["GET", "HEAD", "POST", "PROPFIND", "get", "G3T", "_OTHER", "overflow"])
INVENTED = st.text(
    string.ascii_letters + string.digits + "-_!#$%&'*+.^`|~", min_size=1, max_size=30
)
# Paths below one unmatched and one matched route, and anything at all.
PATHS = st.one_of(
    st.text(max_size=60).map(lambda text: f"/{text}"),
    st.lists(st.text(string.ascii_lowercase, min_size=1), max_size=6)
    .map("/".join)
    .map("/{}/".format),
    st.integers().map("/ok/{}/".format),
)
HEADER = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80
)
CONTENT_LENGTHS = st.one_of(
    st.none(), st.sampled_from(["", "abc", "-1", "1e9", "9" * 400, "0x10", " 5 "])
)


def counted():
    """All requests; only this histogram is read, as it is asked for hundreds of times."""
    return sum(
        sample.value
        for family in RequestDurations().histogram.collect()
        for sample in family.samples
        if sample.name == f"{REQUESTS}_count"
    )


class TestHostileRequests(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_ = Client(raise_request_exception=False)
        # What the site answers to ordinary visitors is no surprise.
        for method in ("GET", "HEAD", "POST"):
            for path in ("/", "/ok/1/", "/x", "/x/", "/x.txt"):
                cls.client_.generic(method, path)
                cls.client_.generic(method, path, "body", HTTP_HOST="unknown")
                cls.client_.generic(method, path, "body")
        cls.gains = Deltas()
        cls.sent = 0

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        method=st.one_of(METHODS, INVENTED),
        path=PATHS,
        host=st.one_of(st.just("testserver"), HEADER),
        content_length=CONTENT_LENGTHS,
        header=HEADER,
    )
    def test_each_is_answered_and_counted(self, method, path, host, content_length, header):
        extra = {"HTTP_HOST": host, "HTTP_X_FORWARDED_FOR": header, "HTTP_USER_AGENT": header}
        if content_length is not None:
            extra["CONTENT_LENGTH"] = content_length
        before = counted()

        response = self.client_.generic(method, path, **extra)

        assert response.status_code < 500
        type(self).sent += 1
        assert counted() == before + 1

    @classmethod
    def tearDownClass(cls):
        assert cls.sent >= 300
        assert cls.gains.requests() == cls.sent
        # Whatever the method and the path: "_OTHER" that was answered, and with 4xx.
        assert cls.gains.new_series(f"{REQUESTS}_count") <= 2
        assert cls.gains.new_series() <= MOST_SERIES
        super().tearDownClass()


def test_labels_are_only_what_the_code_says():
    labels = {
        "http_route": set(),
        "http_request_method": set(),
        "http_response_status_class": set(),
    }
    for family in REGISTRY.collect():
        if family.name == "http_server_request_duration_seconds":
            for sample in family.samples:
                for name, values in labels.items():
                    values.add(sample.labels[name])

    assert labels["http_request_method"] <= {
        *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "_OTHER")
    }
    assert labels["http_response_status_class"] <= {
        *("1xx", "2xx", "3xx", "4xx", "5xx", "aborted", "other")
    }
    assert all(
        route in {"unmatched", "overflow"} or route.startswith(("/", "wagtail_serve"))
        for route in labels["http_route"]
    )


def test_routes_beyond_the_limit_overflow_and_lose_no_request(rf, metrics, monkeypatch):
    from django.http import HttpResponse
    from django.urls import ResolverMatch

    from mkt_monitoring.middleware import RequestMetricsMiddleware

    def answer(request):
        request.resolver_match = ResolverMatch(answer, (), {}, route=request.path)
        return HttpResponse()

    middleware = RequestMetricsMiddleware(answer)
    histogram = middleware.durations.histogram
    monkeypatch.setattr(histogram, "series_limit", len(histogram._metrics) + 2)

    for number in range(20):
        middleware(rf.get(f"/limit/{number}/"))

    assert metrics.requests() == 20
    assert metrics.requests(http_route="overflow", http_response_status_class="2xx") == 18
    assert (
        metrics.total(
            "mkt_monitoring_series_refused_total", metric="http_server_request_duration_seconds"
        )
        == 18
    )
    assert len(middleware.durations._observers) == 2

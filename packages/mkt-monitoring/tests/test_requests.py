"""What is measured of a request besides its duration."""

import gc
import io

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from prometheus_client import REGISTRY

from mkt_monitoring.http.durations import version_label
from mkt_monitoring.middleware import RequestMetricsMiddleware


@pytest.fixture(autouse=True)
def connections_stay_open():
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def visit(rf, response, **extra):
    return RequestMetricsMiddleware(lambda request: response)(rf.get("/", **extra))


class TestSizes:
    def test_of_the_response(self, rf, metrics):
        visit(rf, HttpResponse("x" * 500))

        assert metrics.total("http_server_response_body_size_bytes_sum") == 500
        assert (
            metrics.total(
                "http_server_response_body_size_bytes_count", http_response_status_class="2xx"
            )
            == 1
        )

    def test_of_a_streamed_response(self, rf, metrics):
        response = visit(rf, StreamingHttpResponse(iter([b"abc", b"de"])))
        assert b"".join(response) == b"abcde"
        response.close()

        assert metrics.total("http_server_response_body_size_bytes_sum") == 5

    def test_of_the_request(self, client, metrics):
        client.post("/ok/1/", "x" * 300, content_type="text/plain")

        assert metrics.total("http_server_request_body_size_bytes_sum") == 300

    @pytest.mark.parametrize("announced", ["abc", "-5", "²", "٣", "", "9" * 400, "1e9", " 5 "])
    def test_what_cannot_be_is_not_believed(self, rf, metrics, announced):
        response = visit(rf, HttpResponse(), CONTENT_LENGTH=announced)

        assert response.status_code == 200
        assert metrics.total("http_server_request_body_size_bytes_count") == 0
        assert metrics.requests() == 1


class TestStreams:
    def test_time_to_first_byte_comes_before_the_end(self, client, metrics):
        b"".join(client.get("/stream/").streaming_content)

        name = "http_server_time_to_first_byte_seconds"
        assert metrics.total(f"{name}_count", http_response_status_class="2xx") == 1
        assert 0.02 <= metrics.total(f"{name}_sum") < metrics.seconds(http_route="/stream/")
        assert metrics.total("http_server_client_aborts_total") == 0

    def test_a_client_that_leaves_is_counted(self, rf, metrics):
        response = visit(rf, StreamingHttpResponse(iter([b"one", b"two", b"three"])))
        next(iter(response))
        response.close()

        assert metrics.total("http_server_client_aborts_total") == 1
        assert metrics.requests(http_response_status_class="2xx") == 1

    def test_a_response_that_the_server_forgets_to_close_is_counted(self, rf, metrics):
        middleware = RequestMetricsMiddleware(
            lambda request: StreamingHttpResponse(iter([b"one", b"two"]))
        )
        response = middleware(rf.get("/"))
        assert metrics.requests() == 0

        del response
        gc.collect()

        assert metrics.requests(http_response_status_class="2xx") == 1
        assert metrics.total("http_server_client_aborts_total") == 1

    def test_nobody_asks_for_the_body_of_head(self, rf, metrics):
        answer = StreamingHttpResponse(iter([b"one"]))
        RequestMetricsMiddleware(lambda request: answer)(rf.head("/")).close()

        assert metrics.total("http_server_client_aborts_total") == 0

    def test_a_file_is_left_to_the_server(self, rf, metrics):
        response = visit(rf, FileResponse(io.BytesIO(b"file"), filename="a.txt"))

        # Otherwise servers could not use sendfile.
        assert response.file_to_stream is not None
        response.close()
        assert metrics.total("http_server_response_body_size_bytes_sum") == 4
        assert metrics.total("http_server_client_aborts_total") == 0


class TestExceptions:
    def test_are_counted_by_class_and_route(self, client, metrics):
        client.get("/broken/")

        assert (
            metrics.total(
                "http_server_exceptions_total",
                exception_type="RuntimeError",
                http_route="/broken/",
            )
            == 1
        )

    @pytest.mark.parametrize("path", ["/missing/", "/forbidden/", "/ok/1/"])
    def test_answers_are_none(self, client, metrics, path, db):
        client.get(path)

        assert metrics.total("http_server_exceptions_total") == 0


def test_requests_in_progress(rf):
    def view(request):
        assert REGISTRY.get_sample_value("http_server_active_requests") == before + 1
        return HttpResponse()

    before = REGISTRY.get_sample_value("http_server_active_requests")
    RequestMetricsMiddleware(view)(rf.get("/"))

    assert REGISTRY.get_sample_value("http_server_active_requests") == before

    response = visit(rf, StreamingHttpResponse(iter([b"one"])))
    assert REGISTRY.get_sample_value("http_server_active_requests") == before + 1
    response.close()
    response.close()
    assert REGISTRY.get_sample_value("http_server_active_requests") == before


@pytest.mark.parametrize(
    ("route", "namespaces", "version"),
    [
        ("api/v1/posts/", [], "v1"),
        ("v12/posts/<int:pk>/", [], "v12"),
        ("posts/", ["api", "v2"], "v2"),
        ("api/<str:version>/posts/", [], "none"),
        ("video/", [], "none"),
        ("api/v1beta/", [], "none"),
    ],
)
def test_the_version_of_the_api_is_that_of_the_code(route, namespaces, version):
    from django.urls import ResolverMatch

    match = ResolverMatch(print, (), {"version": "v99"}, route=route, namespaces=namespaces)

    assert version_label(match) == version


def test_thresholds_of_objectives_are_bounds(settings):
    from mkt_monitoring.registry import SLO_METRIC, _buckets

    settings.MKT_MONITORING = {
        "BUCKETS": {SLO_METRIC: [0.1, 1]},
        "SLOS": [
            {"name": "fast", "kind": "latency", "objective": 0.99, "threshold_seconds": 0.3},
            {"name": "up", "kind": "availability", "objective": 0.999},
        ],
    }

    assert _buckets(SLO_METRIC, [5]) == [0.1, 0.3, 1]
    assert _buckets("other_seconds", [5]) == [5]

"""What is measured of a request besides its duration. Everything that a request always needs is bound once."""

from __future__ import annotations

from collections.abc import Callable
from sys import exc_info
from time import perf_counter
from typing import Any

from django.core.signals import got_request_exception
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from ..conf import settings_in_force
from ..database.request_queries import RequestQueries
from ..registry import counter, gauge, histogram
from .durations import NO_PAGE_TYPE, PAGE_TYPE_KEY, route_of, status_class_label

BYTES_BUCKETS = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
QUERIES_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
STATUS_CLASS = "http_response_status_class"
# More is not believed: it is only what the client says.
MOST_BYTES = 10**12

active = gauge("http_server_active_requests", "Requests in progress.", mode="livesum")
first_bytes = histogram(
    "http_server_time_to_first_byte_seconds",
    "Time to the first byte of streamed responses.",
    [STATUS_CLASS],
)
request_sizes = histogram(
    "http_server_request_body_size_bytes",
    "Size of request bodies, as announced.",
    [STATUS_CLASS],
    buckets=BYTES_BUCKETS,
)
response_sizes = histogram(
    "http_server_response_body_size_bytes",
    "Size of response bodies.",
    [STATUS_CLASS],
    buckets=BYTES_BUCKETS,
)
aborts = counter("http_server_client_aborts_total", "Clients gone before the end of the response.")
exceptions = counter(
    "http_server_exceptions_total",
    "Unhandled exceptions.",
    ["exception_type", "http_route"],
)
queries_per_request = histogram(
    "db_queries_per_request",
    "Queries of the requests that make any.",
    ["alias"],
    buckets=QUERIES_BUCKETS,
)
repeated_queries = counter(
    "db_repeated_queries_total",
    "Requests that ran one statement again and again.",
    ["http_route"],
)

renderings = histogram(
    "template_render_duration_seconds", "Rendering of template responses.", ["wagtail_page_type"]
)


class Bound:
    """The observers of a histogram with one label that has few values, each looked up once."""

    def __init__(self, metric: Any, label: Callable[[Any], str] = str) -> None:
        self._metric, self._label = metric, label
        self._observers: dict[Any, Callable[[float], None]] = {}

    def observe(self, value: Any, amount: float) -> None:
        """Observe under the label of this value, which comes from code."""
        try:
            observer = self._observers[value]
        except KeyError:
            child = self._metric.labels(self._label(value))
            observer = self._observers[value] = child.observer()
        observer(amount)


observe_first_byte = Bound(first_bytes, status_class_label).observe
observe_request_size = Bound(request_sizes, status_class_label).observe
observe_response_size = Bound(response_sizes, status_class_label).observe
observe_rendering = Bound(renderings).observe
observe_queries = Bound(queries_per_request).observe


def announced_bytes(request: HttpRequest) -> int:
    """The ``Content-Length`` of the request, 0 if there is none or it cannot be true."""
    announced = request.META.get("CONTENT_LENGTH")
    # Not str.isdecimal: "²" and "٣" are digits to Python, and a long number takes its time.
    if not announced or len(announced) > 12 or not announced.isascii() or not announced.isdigit():
        return 0
    return int(announced)


def response_bytes(response: HttpResponseBase) -> int:
    """How long the body is, of a streamed response as it announces."""
    if not response.streaming:
        return len(response.content)  # type: ignore[attr-defined]
    announced = response.headers.get("Content-Length", "")
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def is_plain_file(response: HttpResponseBase) -> bool:
    """Whether a server may send it without asking Django for each part; it must not be wrapped then."""
    return isinstance(response, FileResponse) and response.file_to_stream is not None


def observe_request_queries(request: HttpRequest, queries: RequestQueries) -> None:
    """Count the queries of the request, and whether it asks one of them again and again."""
    for alias, number in queries.by_alias.items():
        observe_queries(alias, number)
    if queries.most_repeated > settings_in_force().REPEATED_QUERIES:
        repeated_queries.labels(route_of(request)).inc()


def count_exception(sender: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """An exception that nobody handled. Not sent for 404, 403 and 400, which are answers and no failures."""
    error = exc_info()[0]
    if error is None or getattr(request, "is_dummy", False):
        return
    route = route_of(request) if request is not None else "unmatched"
    exceptions.labels(error.__name__, route).inc()


def will_render(request: HttpRequest, response: Any) -> Any:
    """Called before a ``TemplateResponse`` is rendered, once its view is done; the time includes lazy queries."""
    started = perf_counter()
    page_type = request.META.get(PAGE_TYPE_KEY, NO_PAGE_TYPE)
    response.add_post_render_callback(
        lambda rendered: observe_rendering(page_type, perf_counter() - started)
    )
    return response


def install() -> None:
    got_request_exception.connect(count_exception, dispatch_uid="mkt_monitoring.count_exception")

"""How a request is labelled, and the histogram it is counted in."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.urls import ResolverMatch

from ..registry import histogram

# Where the type of the served page is noted. A client cannot set it: its headers arrive as HTTP_*.
PAGE_TYPE_KEY = "mkt.page_type"
NO_PAGE_TYPE = "none"

ABORTED = "aborted"
OTHER_STATUS = "other"
UNMATCHED = "unmatched"
WAGTAIL_SERVE = "wagtail_serve"

# A version in the template of a route ("/api/v1/posts/") or in the name of a namespace ("v1").
_VERSION = re.compile(r"(?:^|[/:])(v\d+)(?=[/:]|$)")
NO_VERSION = "none"

# Any other method is an invention of the client, and would be a new series each time.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "_OTHER"


class RequestDurations:
    """The request durations in seconds, with one bound observer for each label combination seen.

    ``labels()`` costs as much as the rest of the middleware together, therefore it is called once per combination.
    """

    def __init__(self) -> None:
        self.histogram = histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP requests.",
            [
                "http_route",
                "http_request_method",
                "http_response_status_class",
                "wagtail_page_type",
                "api_version",
            ],
            open_labels=["http_route", "wagtail_page_type"],
        )
        self._observers: dict[tuple[object, ...], Callable[[float], None]] = {}

    def observe(self, request: HttpRequest, status_class: int | str, seconds: float) -> None:
        """Count one request.

        ``status_class`` is the first digit of the status code, or a word when there was no response.
        """
        method, match, subroute, page_type = request.method, None, None, NO_PAGE_TYPE
        if method in METHODS:
            match = request.resolver_match
            # Set by Wagtail when a RoutablePage finds one of its own routes.
            subroute = getattr(request, "routable_resolver_match", None)
            page_type = request.META.get(PAGE_TYPE_KEY, NO_PAGE_TYPE)
        else:
            # Without its route, or an invented method on every route would be a new series each.
            method = OTHER_METHOD
            # Told apart is only what failed: strangers shall not add more series than they must.
            status_class = status_class if status_class in (4, 5, ABORTED) else OTHER_STATUS
        # Nothing in the key comes from the client unchecked, or the dictionary would grow with it.
        key = (match and match.route, subroute and subroute.route, method, status_class, page_type)
        observe = self._observers.get(key)
        if observe is None:
            values = (
                route_label(match, subroute),
                method,
                status_class_label(status_class),
                page_type,
                version_label(match),
            )
            observe = self._bind(key, values)
        observe(seconds)

    def _bind(
        self, key: tuple[object, ...], values: tuple[str, str, str, str, str]
    ) -> Callable[[float], None]:
        child = self.histogram.labels(*values)
        # A refused combination is not kept: the dictionary is bounded like the metric, and each refusal counted.
        if self.histogram.admits(values):
            self._observers[key] = child.observer()
        return child.observe


def route_of(request: HttpRequest) -> str:
    """The template of the request's route; nothing of it comes from the client."""
    if request.method not in METHODS:
        return UNMATCHED
    return route_label(request.resolver_match, getattr(request, "routable_resolver_match", None))


def route_label(match: ResolverMatch | None, subroute: ResolverMatch | None) -> str:
    """The template of the route: "/news/<int:year>/", "wagtail_serve/category/<path:path>/", or "unmatched".

    Wagtail serves every page through one pattern; below it, a RoutablePage has routes that are worth telling apart.
    """
    if match is None:
        return UNMATCHED
    if match.url_name != WAGTAIL_SERVE:
        return f"/{match.route}"
    below = subroute.route.removeprefix("^/").removeprefix("^").rstrip("$") if subroute else ""
    return f"{WAGTAIL_SERVE}/{below}" if below else WAGTAIL_SERVE


def version_label(match: ResolverMatch | None) -> str:
    """The version that the template of the route or a namespace names, such as "v1"; never what the client writes."""
    if match is None:
        return NO_VERSION
    found = _VERSION.search(match.route or "") or _VERSION.search(match.namespace)
    return found[1] if found else NO_VERSION


def status_class_label(status_class: object) -> str:
    """``2`` becomes "2xx"; words stay; what HTTP does not know is "other"."""
    if isinstance(status_class, str):
        return status_class
    return f"{status_class}xx" if status_class in range(1, 6) else OTHER_STATUS

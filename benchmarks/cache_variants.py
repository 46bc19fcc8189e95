"""The ways to serve the site that the benchmarks compare, each of them one Django in a process of several."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cache_setup import REST, SECURITY, has_wagtail_cache

UNCACHED = [SECURITY, *REST]
OURS = [SECURITY, "mkt_core.cache.middleware.ResponseCacheMiddleware", *REST]
DJANGO = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *UNCACHED,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
WAGTAIL_CACHE = [
    "wagtailcache.cache.UpdateCacheMiddleware",
    *UNCACHED,
    "wagtailcache.cache.FetchFromCacheMiddleware",
]

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_stored(self) -> bool:
        """Whether it came out of a cache."""
        if "X-Wagtail-Cache" in self.headers:
            return self.headers["X-Wagtail-Cache"] == "hit"
        # Of MKT and of Django's middleware.
        return "Age" in self.headers


class Variant:
    """One way to answer; use it ``in_force()``."""

    def __init__(
        self, name: str, middleware: list[str], *, door: bool = False, **settings: Any
    ) -> None:
        self.name = name
        self.middleware = middleware
        self._settings = {"MIDDLEWARE": middleware, **settings}
        self._has_door = door
        self._application: Application | None = None

    @property
    def is_ours(self) -> bool:
        return self.middleware is OURS

    @contextmanager
    def in_force(self) -> Iterator[Variant]:
        """Its settings hold inside the block; MKT tracks queries and counts requests, as its app would have it."""
        from django.test import override_settings

        from mkt_core.cache import counting, store
        from mkt_core.cache.purging import set_sink
        from mkt_core.cache.tracking import installation

        with override_settings(**self._settings):
            if self.is_ours:
                installation.install()
                counting.install()
            replaced = set_sink(store.bump if self.is_ours else None)
            try:
                if self._application is None:
                    self._application = self._make_application()
                yield self
            finally:
                set_sink(replaced)
                installation.uninstall()

    def _make_application(self) -> Application:
        from django.core.handlers.wsgi import WSGIHandler

        from mkt_core.wsgi import cached

        application: Application = WSGIHandler()
        return cached(application) if self._has_door else application

    def call(self, path: str, query: str = "") -> Answer:
        """What a browser without cookies gets."""
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": "Mozilla/5.0",
            "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": sys.stdin.buffer,
        }
        head: list[Any] = []
        assert self._application is not None, "the variant is not in force"
        answer = self._application(environ, lambda *parts: head.extend(parts))
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        return Answer(int(head[0][:3]), dict(head[1]), body)


def peers(alias: str = "redis") -> list[Variant]:
    """Those that keep responses in the cache ``alias``, and that are not ours."""
    found = [Variant("Django, django-redis", DJANGO, CACHE_MIDDLEWARE_ALIAS=alias)]
    if has_wagtail_cache():
        found.append(
            Variant("wagtail-cache 3, django-redis", WAGTAIL_CACHE, WAGTAIL_CACHE_BACKEND=alias)
        )
    return found

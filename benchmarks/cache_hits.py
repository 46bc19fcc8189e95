#!/usr/bin/env python3
"""What a stored response costs, from the WSGI call to its body, beside Django's cache middleware and no cache.

    python scripts/services.py run --no-template -- python benchmarks/cache_hits.py [--rounds 9] [--hits 300]

All variants run in one process, round by round in changing order, behind the same six middlewares of Django; the page
is a post of mkt-core's test site in 18 kB of HTML, on SQLite in memory. Figures are medians of CPU time per request
(``process_time``) and ratios of it; the time of the Redis server is not in them. wagtail-cache is measured if it can be
imported (3.0 says it knows no Wagtail 8; ``pip install --no-deps wagtail-cache==3.0.0``), with the name that Django
6.1 took away given back to it.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "packages" / "mkt-core"))

SECURITY = "django.middleware.security.SecurityMiddleware"
REST = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
OURS = [SECURITY, "mkt_core.cache.middleware.ResponseCacheMiddleware", *REST]
DJANGO = [
    "django.middleware.cache.UpdateCacheMiddleware",
    SECURITY,
    *REST,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
WAGTAIL_CACHE = [
    "wagtailcache.cache.UpdateCacheMiddleware",
    SECURITY,
    *REST,
    "wagtailcache.cache.FetchFromCacheMiddleware",
]
LOCMEM = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 10_000},
}

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def configure(url: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.conf import settings

    settings.CACHES = {
        "default": LOCMEM,
        "redis": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url},
        "native": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url},
    }
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.ROOT_URLCONF = __name__
    settings.MEDIA_ROOT = tempfile.mkdtemp()
    django.setup()


def build_site() -> None:
    from django.db import connection
    from tests.cache.site.building import build

    connection.creation.create_test_db(verbosity=0)
    build()


def page(request: Any, path: str = "") -> Any:
    from django.http import HttpResponse
    from tests.cache.site.rendering import render

    text = render(request.path)
    return HttpResponse(
        f"<title>{text}</title>" + "<p>The quick brown fox jumps over the dog.</p>\n" * 400
    )


def trivial(request: Any) -> Any:
    from django.http import HttpResponse

    return HttpResponse("hello")


def urls() -> list[Any]:
    from django.urls import path

    return [path("trivial/", trivial), path("<path:path>", page)]


class _Urls:
    """The URLconf is this module, whose views need a configured Django."""

    def __iter__(self) -> Any:
        return iter(urls())

    def __reversed__(self) -> Any:
        return reversed(urls())

    def __len__(self) -> int:
        return len(urls())


urlpatterns: Any = _Urls()


class Variant:
    """One way to answer, in a process of several; ``settings`` are put in force before it is used."""

    def __init__(
        self,
        name: str,
        middleware: list[str],
        *,
        path: str = "/news/post-1/",
        door: bool = False,
        **settings: Any,
    ) -> None:
        self.name, self.path, self.settings = name, path, settings
        with self.in_force(middleware):
            self.application = self._application(door)
            self.call()

    def _application(self, door: bool) -> Application:
        from django.core.handlers.wsgi import WSGIHandler

        from mkt_core.wsgi import cached

        application: Application = WSGIHandler()
        return cached(application) if door else application

    def in_force(self, middleware: list[str]) -> Any:
        from django.test import override_settings

        self.middleware = middleware
        return override_settings(MIDDLEWARE=middleware, **self.settings)

    def call(self) -> dict[str, str]:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": self.path,
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
        seen: dict[str, str] = {}
        b"".join(self.application(environ, lambda status, headers: seen.update(headers)))
        return seen

    def measure(self, count: int) -> float:
        """Milliseconds of CPU per request."""
        with self.in_force(self.middleware):
            self.call()
            gc.collect()
            gc.disable()
            started = time.process_time()
            for _ in range(count):
                self.call()
            seconds = time.process_time() - started
            gc.enable()
            return seconds * 1000 / count


def variants() -> list[Variant]:
    found = [
        Variant("uncached", [SECURITY, *REST]),
        Variant("trivial view, no cache", [SECURITY, *REST], path="/trivial/"),
        Variant("Django, locmem", DJANGO, CACHE_MIDDLEWARE_ALIAS="default"),
        Variant("Django, django-redis", DJANGO, CACHE_MIDDLEWARE_ALIAS="redis"),
        Variant("Django, its own Redis backend", DJANGO, CACHE_MIDDLEWARE_ALIAS="native"),
        Variant("MKT, locmem", OURS, MKT_CORE={"CACHE_ALIAS": "default"}),
        Variant("MKT, Redis", OURS, MKT_CORE={"CACHE_ALIAS": "redis"}),
        Variant(
            "MKT, Redis, L1", OURS, MKT_CORE={"CACHE_ALIAS": "redis", "CACHE_LOCAL_SECONDS": 2.0}
        ),
        Variant("MKT front door, Redis", OURS, door=True, MKT_CORE={"CACHE_ALIAS": "redis"}),
        Variant(
            "MKT front door, L1",
            OURS,
            door=True,
            MKT_CORE={"CACHE_ALIAS": "redis", "CACHE_LOCAL_SECONDS": 2.0},
        ),
    ]
    if has_wagtail_cache():
        options = {"WAGTAIL_CACHE_BACKEND": "redis", "WAGTAIL_CACHE_HEADER": "X-Wagtail-Cache"}
        found.append(Variant("wagtail-cache 3, django-redis", WAGTAIL_CACHE, **options))
    return found


def has_wagtail_cache() -> bool:
    from django.utils import cache

    if not hasattr(cache, "cc_delim_re"):
        cache.cc_delim_re = re.compile(r"\s*,\s*")  # type: ignore[attr-defined]
    try:
        import wagtailcache.cache  # noqa: F401
    except ImportError:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--hits", type=int, default=300)
    options = parser.parse_args()
    url = os.environ.get("REDIS_URL")
    if not url:
        sys.exit("REDIS_URL is not set; see the first lines of this file.")
    configure(url)
    build_site()
    from mkt_core.cache.tracking.installation import install

    install()
    measured = variants()
    figures: dict[str, list[float]] = {variant.name: [] for variant in measured}
    for turn in range(options.rounds):
        for variant in measured[turn % len(measured) :] + measured[: turn % len(measured)]:
            count = max(20, options.hits // 15) if variant.name == "uncached" else options.hits
            figures[variant.name].append(variant.measure(count))
    uncached = statistics.median(figures["uncached"])
    print(f"{'':34} {'ms CPU':>8}  {'x cheaper than uncached':>24}")
    for name, values in figures.items():
        median = statistics.median(values)
        print(f"{name:34} {median:8.3f}  {uncached / median:24.1f}")


if __name__ == "__main__":
    main()

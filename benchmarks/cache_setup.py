"""What the benchmarks of the response cache stand on: a configured Django, a Redis of their own, the peers.

The settings are those of the example project, on SQLite in memory or the database of DATABASE_URL, except that nothing
is kept in Redis unless a benchmark says so, that nothing is logged, and that the middlewares are the eight of a site
made by ``wagtail start``.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WAGTAIL_CACHE = "wagtail-cache==3.0.0"

SECURITY = "django.middleware.security.SecurityMiddleware"
REST = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
LOCMEM = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}


def configure(url: str = "") -> None:
    """Set Django up, with the aliases "redis" (django-redis) and "native" (Django's own) on the server at ``url``."""
    os.environ.pop("REDIS_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "example.settings.test"
    sys.path[:0] = [str(ROOT / "example_project")]
    logging.disable(logging.CRITICAL)
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["localhost"]
    settings.CACHES = {"default": LOCMEM}
    if url:
        settings.CACHES |= {
            "redis": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url},
            "native": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url},
        }
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 60
    settings.LOGGING_CONFIG = None
    settings.MIDDLEWARE = [SECURITY, *REST]
    settings.ROOT_URLCONF = "cache_urls"
    atexit.register(shutil.rmtree, settings.MEDIA_ROOT, ignore_errors=True)
    django.setup()


@contextmanager
def own_redis() -> Iterator[str]:
    """The URL of a server that is there for the benchmark alone, whatever REDIS_URL says: it will be emptied."""
    sys.path.append(str(ROOT / "scripts"))
    import services

    with services.running({}, services=(services.REDIS,), template=False) as variables:
        if "REDIS_URL" not in variables:
            sys.exit(services.REDIS.how_to_get)
        yield variables["REDIS_URL"]


def has_wagtail_cache() -> bool:
    """Whether wagtail-cache can be measured; it is installed into a temporary folder if it is missing.

    3.0 declares that it knows no Wagtail 8, so that it is installed without its dependencies, and it imports a name
    that Django 6.1 took away, which is given back.
    """
    from django.utils import cache

    if not hasattr(cache, "cc_delim_re"):
        cache.cc_delim_re = re.compile(r"\s*,\s*")  # type: ignore[attr-defined]
    for attempt in (0, 1):
        try:
            import wagtailcache.cache  # noqa: F401
        except ImportError:
            if attempt or not _install_wagtail_cache():
                print(f"skipped: wagtail-cache ({WAGTAIL_CACHE} cannot be installed)")
                return False
    return True


def _install_wagtail_cache() -> bool:
    folder = tempfile.mkdtemp(prefix="mkt-wagtail-cache-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for installer in (["pip"], ["uv", "pip"]):
        command = [sys.executable, "-m", *installer, "install", "--quiet", "--no-deps"]
        if not subprocess.run(
            [*command, "--target", folder, WAGTAIL_CACHE], check=False
        ).returncode:
            sys.path.append(folder)
            # For processes that are started from here.
            os.environ["PYTHONPATH"] = os.pathsep.join(
                filter(None, (os.environ.get("PYTHONPATH"), folder))
            )
            return True
    return False


def say_versions() -> None:
    from django.db import connection

    packages = ("Django", "wagtail", "django-redis", "redis")
    python = ".".join(map(str, sys.version_info[:3]))
    found = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"Python {python}, {found}, {connection.vendor}, {os.cpu_count()} cores\n")


def say_goal(text: str, *, is_reached: bool) -> None:
    print(f"goal: {text}: {'reached' if is_reached else 'MISSED'}")

"""What a process of ``ratelimit.py`` does: hit one limit again and again, by one of the peers' ways or ours."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

Hit = Callable[[], bool]
WAYS = ("mkt-core", "django-ratelimit", "limits, fixed window", "limits, moving window")


def configure(url: str) -> None:
    logging.disable()
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="only for benchmarks",
        CACHES={
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": url,
            }
        },
        USE_TZ=True,
    )
    django.setup()


def hit_by(way: str, url: str, limit: int, seconds: int, name: str) -> Hit:
    """A function that says whether one more hit is allowed: ``limit`` in ``seconds``."""
    if way == "mkt-core":
        return _mkt(limit, seconds, name)
    if way == "django-ratelimit":
        return _django_ratelimit(limit, seconds, name)
    return _limits(way, url, limit, seconds, name)


def _mkt(limit: int, seconds: int, name: str) -> Hit:
    from mkt_core.ratelimit import Rule, hit

    rule = Rule(name, limit, seconds)
    return lambda: hit(rule, "client:127.0.0.1").allowed


def _django_ratelimit(limit: int, seconds: int, name: str) -> Hit:
    from django.test import RequestFactory
    from django_ratelimit.core import is_ratelimited

    request = RequestFactory().get("/")
    options: dict[str, Any] = {"group": name, "key": "ip", "rate": f"{limit}/{seconds}s"}
    return lambda: not is_ratelimited(request, increment=True, **options)


def _limits(way: str, url: str, limit: int, seconds: int, name: str) -> Hit:
    from limits import RateLimitItemPerSecond
    from limits.storage import RedisStorage
    from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

    strategy = FixedWindowRateLimiter if "fixed" in way else MovingWindowRateLimiter
    limiter = strategy(RedisStorage(url))
    item = RateLimitItemPerSecond(limit, seconds, namespace=name)
    return lambda: limiter.hit(item, "127.0.0.1")


def main(way: str, url: str, limit: str, seconds: str, name: str, attempts: str) -> None:
    configure(url)
    hit = hit_by(way, url, int(limit), int(seconds), name)
    print("ready", flush=True)
    time.sleep(max(0.0, float(sys.stdin.readline()) - time.time()))
    print(sum(hit() for _ in range(int(attempts))))

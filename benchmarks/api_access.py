#!/usr/bin/env python3
"""What it costs the API to know who asks, and how many too many a limit lets through.

    python benchmarks/api_access.py [--rounds 7] [--calls 300]

One process, SQLite in memory and a Redis of its own. Queries and median CPU time (``process_time``) of

- a token check: cold (nothing remembered) and warm;
- a whole request that is answered with 304: anonymous without a limit, and with token and limit;
- one hit of the limit.

Overshoot: 8 processes begin together and ask 50 times each under a token whose limit is 100.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
from collections.abc import Callable
from time import process_time
from typing import Any

from cache_setup import own_redis

PROCESSES, EACH, LIMIT = 8, 50, 100


def configure(url: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="only for benchmarks",
        USE_TZ=True,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="api_access_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        CACHES={
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": url,
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
        WAGTAIL_SITE_NAME="Benchmark",
        WAGTAILADMIN_BASE_URL="http://testserver",
        INSTALLED_APPS=[
            "mkt_core",
            "mkt_api",
            "wagtail.users",
            "wagtail.images",
            "wagtail.documents",
            "wagtail.admin",
            "wagtail.search",
            "wagtail",
            "taggit",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[],
        MKT_API={"TOKEN_CACHE_SECONDS": 5.0, "LIMIT_PERIOD_SECONDS": 3600, "TOKEN_LIMIT": 10**7},
    )
    django.setup()


def measured(action: Callable[[], Any], calls: int, rounds: int) -> float:
    """Milliseconds of CPU for one call, the median of the rounds."""
    action()
    found = []
    for _ in range(rounds):
        begin = process_time()
        for _ in range(calls):
            action()
        found.append((process_time() - begin) / calls * 1000)
    return statistics.median(found)


def queries_of(action: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        action()
    return len(queries)


def overshoot() -> int:
    """Hits that the processes were allowed beyond the limit."""
    context = multiprocessing.get_context("fork")
    barrier, counts = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=_hits, args=(barrier, counts)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    total = sum(counts.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    return total - LIMIT


def _hits(barrier: Any, counts: Any) -> None:
    from mkt_api.access import limits
    from mkt_api.access.identity import Access, TokenFacts
    from mkt_core.ratelimit.counters import forget_counters

    forget_counters()
    scopes = frozenset({"read"})
    facts = TokenFacts(1, scopes, frozenset(), frozenset(), (), LIMIT, None, None)
    access = Access("token", "token:overshoot", scopes, facts)
    barrier.wait()
    counts.put(sum(limits.charge(access).allowed for _ in range(EACH)))  # type: ignore[union-attr]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    with own_redis() as redis:
        configure(redis)
        run(options.calls, options.rounds)


def run(calls: int, rounds: int) -> None:
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from mkt_api.access import limits, lookup
    from mkt_api.access.authentication import authenticate
    from mkt_api.access.tokens import create_token
    from mkt_api.models import ApiToken

    call_command("migrate", verbosity=0)
    _row, token = create_token("Benchmark")
    ApiToken.objects.update(last_used_at=timezone.now())
    client = Client(headers={"Authorization": f"Bearer {token}"})
    stranger = Client()
    request = client.get("/api/").wsgi_request

    lookup.forget()
    print(f"token check, cold: {queries_of(lambda: authenticate(request))} query")
    print(f"token check, warm: {queries_of(lambda: authenticate(request))} queries, ", end="")
    print(f"{measured(lambda: authenticate(request), calls, rounds):.3f} ms")
    access = authenticate(request)
    print(f"one hit of the limit: {measured(lambda: limits.charge(access), calls, rounds):.3f} ms")
    etag = {"If-None-Match": client.get("/api/")["ETag"]}
    assert client.get("/api/", headers=etag).status_code == 304
    assert stranger.get("/api/", headers=etag).status_code == 304
    alone = measured(lambda: stranger.get("/api/", headers=etag), calls, rounds)
    known = measured(lambda: client.get("/api/", headers=etag), calls, rounds)
    print(f"304 of the index, anonymous, no limit: {alone:.3f} ms (with the test client)")
    print(f"304 with token and limit: {known:.3f} ms, {known - alone:+.3f} ms")
    print(f"overshoot, {PROCESSES} × {EACH} against {LIMIT}: {overshoot():+d}")


if __name__ == "__main__":
    main()

"""What the intake of events costs beside an empty view.

    python benchmarks/monitoring_intake.py [--rounds 31] [--requests 200]

CPU time of one process, round by round in changing order; each figure is the median over the rounds. Events are left in
the buffer, as they are in the request: what writing them costs is in benchmarks/monitoring_events.py.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TARGET_RATIO = 1.3


def configure() -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="benchmark",
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        STATIC_URL="/static/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        INSTALLED_APPS=[
            *("mkt_core", "mkt_monitoring", "wagtail.users", "wagtail.images"),
            *("wagtail.documents", "wagtail.search", "wagtail.admin", "wagtail.sites", "wagtail"),
            *("modelcluster", "taggit", "django.contrib.auth", "django.contrib.contenttypes"),
            *("django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"),
        ],
        MKT_MONITORING={"EVENTS": {"BACKGROUND": False, "BUFFER_SIZE": 1_000_000}},
    )
    django.setup()
    from django.core.management import call_command
    from django.http import HttpResponse
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    globals()["urlpatterns"] = [
        path("", include("mkt_monitoring.urls")),
        path("empty/", csrf_exempt(lambda request: HttpResponse(status=204))),
    ]
    call_command("migrate", verbosity=0)


def poster(url: str, body: bytes) -> Callable[[], Any]:
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler, factory = WSGIHandler(), RequestFactory()
    clients = random.Random(1)

    def post() -> None:
        request = factory.post(
            url,
            body,
            content_type="text/plain;charset=UTF-8",
            HTTP_HOST="testserver",
            HTTP_ORIGIN="http://testserver",
            HTTP_USER_AGENT=AGENT,
            REMOTE_ADDR=f"203.0.{clients.randrange(250)}.{clients.randrange(250)}",
        )
        response = handler.get_response(request)
        assert response.status_code == 204, response.content

    return post


def microseconds(call: Callable[[], Any], number: int) -> float:
    started = process_time()
    for _ in range(number):
        call()
    return (process_time() - started) / number * 1e6


def measure_intake(rounds: int, number: int) -> bool:
    from mkt_monitoring.events import buffer
    from mkt_monitoring.events.intake.tokens import make_token

    event = {"name": "page_view", "url": "http://testserver/news/", "page": "7", "referrer": ""}
    url = f"/e/?t={make_token(1)}"
    calls = {
        "empty view": poster("/empty/", b"x"),
        "one event": poster(url, json.dumps([event]).encode()),
        "ten events": poster(url, json.dumps([event] * 10).encode()),
    }
    found: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        microseconds(call, 20)
    for _ in range(rounds):
        names = list(calls)
        random.shuffle(names)
        for name in names:
            found[name].append(microseconds(calls[name], number))
            buffer.discard()
    empty = statistics.median(found["empty view"])
    for name, values in found.items():
        median = statistics.median(values)
        print(f"{name:12} {median:8.1f} µs CPU   x{median / empty:.2f}")
    ratio = statistics.median(found["one event"]) / empty
    print(f"target for one event: x{TARGET_RATIO}")
    return ratio <= TARGET_RATIO


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    configure()
    return 0 if measure_intake(options.rounds, options.requests) else 1


if __name__ == "__main__":
    sys.exit(main())

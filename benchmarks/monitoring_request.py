"""What measuring a request costs: CPU time added to one trivial view, side by side with peers.

    python benchmarks/monitoring_request.py [--rounds 41] [--requests 200]

mkt-monitoring has its defaults: among them the thread that writes requests down by minute, whose time is in the figure.
All variants run in one process, round by round in changing order, and CPU time is taken instead of wall time, so that a
busy machine disturbs all of them alike. Each figure is the median over the rounds of "with" minus "without" of the same
round; the quartiles tell how far to trust it. "nothing (A/A)" is measured against itself: the noise floor.

Several workers are measured in a second process, as prometheus_client decides at import whether it writes to files.

Peers: django-prometheus, and OpenTelemetry's instrumentation of Django with its stable names, metrics only, no tracing
(its reader knows nothing of several workers). They are installed into .cache/bench when they are first needed.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import io
import os
import shutil
import tempfile

import monitoring_peers
from monitoring_rounds import (
    NOISE,
    NOTHING,
    Run,
    has_several_workers,
    measure,
    report,
    run_again_with_several_workers,
)

OURS = "mkt-monitoring"
MIDDLEWARE = "mkt_monitoring.middleware.RequestMetricsMiddleware"
PEER = "django_prometheus.middleware.Prometheus{}Middleware"
TARGET_MICROSECONDS = {"WSGI": 20, "ASGI": 20, "WSGI, several workers": 30}
#: Requests before the first round.
WARM_UP = 50


def configure(folder: str) -> None:
    """A site with a database in ``folder``, as requests are also written down by a thread."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.http import HttpResponse
    from django.urls import path

    def ping(request, number):
        return HttpResponse("pong")

    async def async_ping(request, number):
        return HttpResponse("pong")

    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/bench.sqlite3"}
        },
        INSTALLED_APPS=["mkt_monitoring", "django.contrib.contenttypes", "django.contrib.auth"],
        LOGGING_CONFIG=None,
        MIDDLEWARE=[],
        PROMETHEUS_EXPORT_MIGRATIONS=False,
        ROOT_URLCONF=(
            path("ping/<int:number>/", ping),
            path("async-ping/<int:number>/", async_ping),
        ),
        SECRET_KEY="benchmark",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def opentelemetry_middleware() -> str:
    """Set OpenTelemetry up as its instrumentation does it; the path of its middleware."""
    from django.conf import settings
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    provider = MeterProvider(metric_readers=[InMemoryMetricReader()])
    DjangoInstrumentor().instrument(skip_dep_check=True, meter_provider=provider)
    (middleware,) = settings.MIDDLEWARE
    settings.MIDDLEWARE = []
    return middleware


def variants() -> dict[str, list[str]]:
    return {
        NOTHING: [],
        NOISE: [],
        OURS: [MIDDLEWARE],
        monitoring_peers.install("django-prometheus"): [
            PEER.format("Before"),
            PEER.format("After"),
        ],
        monitoring_peers.install("opentelemetry"): [opentelemetry_middleware()],
    }


def wsgi_run(middleware: list[str]) -> Run:
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory, override_settings

    with override_settings(MIDDLEWARE=middleware):
        handler = WSGIHandler()
    environ = RequestFactory().get("/ping/1/").environ

    def run(requests: int) -> None:
        for _ in range(requests):
            response = handler(environ.copy(), lambda status, headers: None)
            assert response.status_code == 200
            response.close()

    return run


def asgi_run(middleware: list[str], loop: asyncio.AbstractEventLoop) -> Run:
    """Without the server's side of ASGI: its threads cost more than all else, and vary more."""
    from django.core.handlers.asgi import ASGIHandler, ASGIRequest
    from django.test import AsyncRequestFactory, override_settings

    with override_settings(MIDDLEWARE=middleware):
        handler = ASGIHandler()
    scope = AsyncRequestFactory().get("/async-ping/1/").scope

    async def serve(requests: int) -> None:
        for _ in range(requests):
            response = await handler.get_response_async(ASGIRequest(scope, io.BytesIO()))
            assert response.status_code == 200

    return lambda requests: loop.run_until_complete(serve(requests))


def measure_here(rounds: int, requests: int, folder: str) -> None:
    # Without it, OpenTelemetry has its old names, among whose labels is the Host header.
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"
    configure(folder)
    several = ", several workers" if has_several_workers() else ""
    stacks = variants()
    loop = asyncio.new_event_loop()
    servers = {
        "WSGI": {name: wsgi_run(stack) for name, stack in stacks.items()},
        "ASGI": {name: asgi_run(stack, loop) for name, stack in stacks.items()},
    }
    for server, runs in servers.items():
        title = f"{server}{several}"
        times = measure(runs, rounds, requests, warm_up=WARM_UP)
        report(title, "the request", times, OURS, TARGET_MICROSECONDS.get(title))
    loop.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()

    folder = tempfile.mkdtemp()
    # After the last requests are written, which happens at the exit, too.
    atexit.register(shutil.rmtree, folder)
    measure_here(options.rounds, options.requests, folder)
    if not has_several_workers():
        run_again_with_several_workers()


if __name__ == "__main__":
    main()

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
import gc
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from time import process_time

import monitoring_peers

OURS = "mkt_monitoring.middleware.RequestMetricsMiddleware"
PEER = "django_prometheus.middleware.Prometheus{}Middleware"
TARGET_MICROSECONDS = {"WSGI": 20, "ASGI": 20, "WSGI, several workers": 30}

Run = Callable[[int], None]


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
        "nothing": [],
        "nothing (A/A)": [],
        "mkt-monitoring": [OURS],
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


def measure(runs: dict[str, Run], rounds: int, requests: int) -> dict[str, list[float]]:
    """Microseconds of CPU for each request, one value for each round."""
    for run in runs.values():
        run(50)
    times: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            gc.collect()
            started = process_time()
            runs[name](requests)
            times[name].append((process_time() - started) / requests * 1e6)
    return times


def report(title: str, times: dict[str, list[float]]) -> None:
    base = times["nothing"]
    print(f"\n{title}: the request itself {statistics.median(base):.1f} µs")
    for name, values in times.items():
        if name == "nothing":
            continue
        added = [one - without for one, without in zip(values, base, strict=True)]
        low, middle, high = statistics.quantiles(added, n=4)
        ratio = statistics.median(one / without for one, without in zip(values, base, strict=True))
        target = TARGET_MICROSECONDS.get(title) if name == "mkt-monitoring" else None
        verdict = ""
        if target is not None:
            verdict = f"  target <= {target} µs: {'reached' if middle <= target else 'MISSED'}"
        print(f"  {name:44} {middle:+8.1f} µs  ({low:+.1f} to {high:+.1f})  x{ratio:.2f}{verdict}")


def measure_here(rounds: int, requests: int, folder: str) -> None:
    # Without it, OpenTelemetry has its old names, among whose labels is the Host header.
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"
    configure(folder)
    several = ", several workers" if "PROMETHEUS_MULTIPROC_DIR" in os.environ else ""
    stacks = variants()
    report(
        f"WSGI{several}",
        measure({name: wsgi_run(stack) for name, stack in stacks.items()}, rounds, requests),
    )
    loop = asyncio.new_event_loop()
    runs = {name: asgi_run(stack, loop) for name, stack in stacks.items()}
    report(f"ASGI{several}", measure(runs, rounds, requests))
    loop.close()


def measure_several_workers() -> None:
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [sys.executable, *sys.argv],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": directory},
            check=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()

    folder = tempfile.mkdtemp()
    # After the last requests are written, which happens at the exit, too.
    atexit.register(shutil.rmtree, folder)
    measure_here(options.rounds, options.requests, folder)
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        sys.stdout.flush()
        measure_several_workers()


if __name__ == "__main__":
    main()

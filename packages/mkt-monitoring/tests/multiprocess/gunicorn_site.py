"""A site small enough to be started often: settings, URLs and both applications in one module."""

import asyncio
import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import include, path

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["mkt_monitoring", "django.contrib.contenttypes"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["mkt_monitoring.middleware.RequestMetricsMiddleware"],
    MKT_MONITORING={
        "METRICS_NETWORKS": ["127.0.0.1"],
        "METRICS_PORT": int(os.environ["TEST_METRICS_PORT"])
        if "TEST_METRICS_PORT" in os.environ
        else None,
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="tests",
)


def ok(request, number):
    return HttpResponse(str(number))


def missing(request):
    raise Http404


def raised(request):
    raise RuntimeError("broken on purpose")


def streamed(request, parts):
    return StreamingHttpResponse(b"x" * 10_000 for _ in range(parts))


async def async_ok(request):
    await asyncio.sleep(0)
    return HttpResponse("ok")


async def async_streamed(request):
    async def body():
        for _ in range(3):
            yield b"part"

    return StreamingHttpResponse(body())


async def async_long(request):
    async def body():
        for _ in range(400):
            yield b"x" * 10_000
            # The time in which a server learns that the client has left.
            await asyncio.sleep(0.01)

    return StreamingHttpResponse(body())


async def async_raised(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("", include("mkt_monitoring.urls")),
    path("ok/<int:number>/", ok),
    path("missing/", missing),
    path("raised/", raised),
    path("streamed/<int:parts>/", streamed),
    path("async/", async_ok),
    path("async-streamed/", async_streamed),
    path("async-long/", async_long),
    path("async-raised/", async_raised),
]

django.setup()
application = get_asgi_application() if os.environ.get("TEST_ASGI") else get_wsgi_application()

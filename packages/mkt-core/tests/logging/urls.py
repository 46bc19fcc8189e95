import asyncio
import logging

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

logger = logging.getLogger("tests.views")


def reset(request, uid, token):
    logger.info("somebody asks")
    return HttpResponse("reset")


def fail(request, token):
    raise RuntimeError("connection to postgres://mkt:hunter2@db/site failed")


def denied(request):
    raise PermissionDenied


def suspicious(request):
    raise SuspiciousOperation("tampered")


def who(request):
    logger.info("before")
    name = request.user.get_username()
    logger.info("after")
    return HttpResponse(name)


def login(request):
    user = authenticate(
        request, username=request.POST["username"], password=request.POST["password"]
    )
    return HttpResponse("in" if user else "out")


def stream(request):
    def chunks():
        yield b"one"
        logger.info("in the middle")
        yield b"two"

    return StreamingHttpResponse(chunks())


def broken_stream(request):
    def chunks():
        yield b"one"
        raise RuntimeError("broken")

    return StreamingHttpResponse(chunks())


async def astream(request):
    async def chunks():
        yield b"one"
        await asyncio.sleep(0)
        yield b"two"

    return StreamingHttpResponse(chunks())


urlpatterns = [
    path("", include("mkt_core.urls")),
    path("reset/<uid>/<token>/", reset),
    path("fail/<token>/", fail),
    path("denied/", denied),
    path("suspicious/", suspicious),
    path("who/", who),
    path("our-health/live", who),
    path("private/", login_required(who)),
    path("login/", login),
    path("stream/", stream),
    path("broken-stream/", broken_stream),
    path("astream/", astream),
    path("admin/", include(admin_urls)),
    path("", include(wagtail_urls)),
]

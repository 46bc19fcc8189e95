import logging

from django.http import HttpResponse
from django.urls import include, path

from mkt_core.request_id import current_request_id

logger = logging.getLogger("tests.views")


def whoami(request):
    logger.info("somebody asks")
    return HttpResponse(current_request_id() or "nobody")


async def awhoami(request):
    return HttpResponse(current_request_id() or "nobody")


def boom(request):
    raise RuntimeError("broken view")


urlpatterns = [
    path("", include("mkt_core.urls")),
    path("whoami/", whoami),
    path("awhoami/", awhoami),
    path("boom/", boom),
]

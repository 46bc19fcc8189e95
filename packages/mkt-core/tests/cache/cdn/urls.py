"""Views of which proxies are told something particular."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from mkt_core.cache import cache_tags, dont_cache, expire_at, purge

from ..middleware.urls import urlpatterns as other_patterns


def due_soon(request):
    expire_at(timezone.now() + timedelta(seconds=20))
    return HttpResponse("until the post is due")


@cache_tags("weather")
def overtaken(request):
    purge("weather")
    return HttpResponse("as it was a moment ago")


def personal(request):
    dont_cache("visitor-name")
    return HttpResponse("hello you")


@cache_tags(*(f"table:with_a_very_long_name_indeed_{n}" for n in range(200)))
def rich(request):
    return HttpResponse("made of much")


def own(request):
    return HttpResponse("as I say", headers={"Cache-Control": "public, s-maxage=30"})


urlpatterns = [
    path("due-soon/", due_soon),
    path("overtaken/", overtaken),
    path("personal/", personal),
    path("rich/", rich),
    path("own/", own),
    *other_patterns,
]

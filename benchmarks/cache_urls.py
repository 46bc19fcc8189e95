"""The example project's addresses, and a few views that cost nothing."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpResponse
from django.urls import include, path

#: The number of each slow response, once for every time that it was rendered.
renders: list[int] = []

BODY = "<p>The quick brown fox jumps over the lazy dog.</p>\n" * 350
RENDER_SECONDS = 0.2


def trivial(request: Any) -> HttpResponse:
    return HttpResponse("hello")


def slow(request: Any, number: int) -> HttpResponse:
    """18 kB after 0.2 seconds in which, as in most renders, other threads may run."""
    renders.append(number)
    time.sleep(RENDER_SECONDS)
    return HttpResponse(BODY)


urlpatterns = [
    path("trivial/", trivial),
    path("slow/<int:number>/", slow),
    path("", include("example.urls")),
]

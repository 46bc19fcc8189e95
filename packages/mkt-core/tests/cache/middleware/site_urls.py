"""The pages of the small site, as text."""

from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.cache import cache_control

from ..site.rendering import render


def page(request, path=""):
    body = render(request.path, request.get_host())
    if body == "404":
        raise Http404
    return private(request) if body == "private" else HttpResponse(body)


@cache_control(private=True)
def private(request):
    return HttpResponse("only for some")


urlpatterns = [path("", page), path("<path:path>", page, name="page")]

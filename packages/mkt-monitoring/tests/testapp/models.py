from django.db import models
from django.http import Http404, HttpResponse, StreamingHttpResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page


class PlainPage(Page):
    """A page as most are: rendered lazily from a template."""

    intro = models.TextField(blank=True)
    template = "testapp/plain_page.html"


class EventsPage(RoutablePageMixin, Page):
    """A page with routes of its own."""

    template = "testapp/plain_page.html"

    @path("year/<int:year>/")
    def by_year(self, request, year):
        if year > 3000:
            raise Http404
        return HttpResponse(f"events of {year}")

    @path("broken/")
    def broken(self, request):
        raise RuntimeError("broken on purpose")

    @path("stream/")
    def stream(self, request):
        return StreamingHttpResponse(iter(["one", "two"]))

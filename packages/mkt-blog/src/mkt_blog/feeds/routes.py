"""The addresses of feeds below a blog's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path

from .kinds import MEDIA_TYPES, RSS, feed_path, route_name
from .response import feed_response

if TYPE_CHECKING:
    from ..listing import Listing

View = Callable[..., HttpResponse]


def feed_paths(axis: str, prefix: str = "") -> Callable[[View], View]:
    """Routes to the three feeds of an axis, named by ``kinds.route_name``; ``prefix`` is a regular expression."""

    def decorate(view: View) -> View:
        for kind in MEDIA_TYPES:
            view = re_path(rf"^{prefix}{feed_path(kind)}$", name=route_name(axis, kind))(view)
        return view

    return decorate


class FeedRoutesMixin(RoutablePageMixin):
    """Feeds of the blog and of each category, tag, author and series.

    In front of the other routes, because the path of a category takes whatever follows it.
    """

    @feed_paths("index")
    def index_feed_route(self, request: HttpRequest) -> HttpResponse:
        return self.feed(request, self.index_listing(request))

    @feed_paths("category", r"category/(?P<path>[^/]+(?:/[^/]+)*?)/")
    def category_feed_route(self, request: HttpRequest, path: str) -> HttpResponse:
        return self.feed(request, self.category_listing(request, path))

    @feed_paths("tag", r"tag/(?P<slug>[^/]+)/")
    def tag_feed_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.feed(request, self.tag_listing(request, slug))

    @feed_paths("author", r"author/(?P<slug>[^/]+)/")
    def author_feed_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.feed(request, self.author_listing(request, slug))

    @feed_paths("series", r"series/(?P<slug>[^/]+)/")
    def series_feed_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.feed(request, self.series_listing(request, slug))

    def feed(self, request: HttpRequest, listing: Listing) -> HttpResponse:
        """The feed that the address asks for; override to change the headers of all of them."""
        return feed_response(self, request, listing, self._feed_kind(request, listing.axis))

    @staticmethod
    def _feed_kind(request: HttpRequest, axis: str) -> str:
        match: Any = getattr(request, "routable_resolver_match", None)
        name = match.url_name if match else ""
        return next((kind for kind in MEDIA_TYPES if name == route_name(axis, kind)), RSS)

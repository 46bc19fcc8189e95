"""The addresses of a blog below its own page."""

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path, re_path

from .addresses import OneQueryRestrictions, redirect_to, route_post
from .archives import period
from .facets import given_filters
from .listed import listed_posts
from .listing import Listing, listing_context
from .searching import search_listing
from .term_lookup import find_term

# A listing of these without posts is no page: anybody could make up any number of them.
_ONLY_WITH_POSTS = frozenset({"tag", "archive"})


class BlogRoutesMixin(OneQueryRestrictions, RoutablePageMixin):
    """Listings, archives and search, all routed by the page itself. Feeds are in ``feeds.routes``.

    A site includes no URLconf, and the routes work wherever the page stands: at the root, nested,
    or below a language prefix. For every axis there is a method that makes the ``Listing`` and
    a route that shows it.
    """

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """A post of this blog first, by the form of address that the blog has; then the routes below."""
        found = route_post(self, request, path_components) if self.live else None
        return found or super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if args and args[0] is redirect_to:
            return redirect_to(request, *args[1])
        return super().serve(request, *args, **kwargs)

    # --- listings -------------------------------------------------------------------------

    @path("", name="index")
    def index_route(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(request, self.index_listing(request))

    @re_path(r"^category/(?P<path>[^/]+(?:/[^/]+)*)/$", name="category")
    def category_route(self, request: HttpRequest, path: str) -> HttpResponse:
        return self.show(request, self.category_listing(request, path))

    @re_path(r"^tag/(?P<slug>[^/]+)/$", name="tag")
    def tag_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(request, self.tag_listing(request, slug))

    @re_path(r"^author/(?P<slug>[^/]+)/$", name="author")
    def author_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(request, self.author_listing(request, slug))

    @re_path(r"^series/(?P<slug>[^/]+)/$", name="series")
    def series_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(request, self.series_listing(request, slug))

    @re_path(r"^(?P<year>[0-9]{4})/$", name="year")
    @re_path(r"^(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", name="month")
    @re_path(r"^(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<day>[0-9]{2})/$", name="day")
    def archive_route(
        self, request: HttpRequest, year: str, month: str | None = None, day: str | None = None
    ) -> HttpResponse:
        return self.show(request, self.archive_listing(request, year, month, day))

    @path("search/", name="search")
    def search_route(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, self.search_listing(request))

    # --- what is listed -------------------------------------------------------------------

    def index_listing(self, request: HttpRequest) -> Listing:
        return Listing(
            axis="index",
            title=self.title,
            description=self.intro,
            posts=listed_posts(self, request, "index"),
            url=self.route_url(request, "index"),
            feed_url=self.route_url(request, "index_feed"),
        )

    def category_listing(self, request: HttpRequest, path: str) -> Listing:
        """Posts of a category and of all below it. Http404 if there is no such category."""
        category = self._term(self.get_post_model().get_category_model(), path=path)
        posts = listed_posts(self, request, "category", category)
        return self._term_listing(request, "category", category, posts, {"path": path})

    def tag_listing(self, request: HttpRequest, slug: str) -> Listing:
        """Posts with a tag. Http404 if there is no such tag; ``show`` refuses one without posts."""
        tag_model = self.get_post_model()._meta.get_field("tags").related_model
        tag = find_term(tag_model, slug=slug)
        posts = listed_posts(self, request, "tag", slug=slug)
        return self._term_listing(request, "tag", tag, posts, {"slug": slug})

    def author_listing(self, request: HttpRequest, slug: str) -> Listing:
        author = self._term(self.get_post_model().get_author_model(), slug=slug)
        posts = listed_posts(self, request, "author", author=author.pk)
        return self._term_listing(request, "author", author, posts, {"slug": slug})

    def series_listing(self, request: HttpRequest, slug: str) -> Listing:
        """Posts of a series in reading order."""
        series = self._term(self.get_post_model().get_series_model(), slug=slug)
        posts = listed_posts(self, request, "series", series=series.pk)
        return self._term_listing(request, "series", series, posts, {"slug": slug})

    def archive_listing(
        self, request: HttpRequest, year: str, month: str | None, day: str | None
    ) -> Listing:
        """Posts of a year, month or day in the current time zone. ``show`` refuses one without posts."""
        start, end, title = period(year, month, day)
        given = {"year": year, "month": month, "day": day}
        name = "day" if day else "month" if month else "year"
        kwargs = {key: value for key, value in given.items() if value}
        return Listing(
            axis="archive",
            title=title,
            posts=listed_posts(self, request, "archive", start=start, end=end),
            url=self.route_url(request, name, kwargs),
        )

    def search_listing(self, request: HttpRequest) -> Listing:
        """Posts that match ``?q=`` and the facets in ``facets.PARAMETERS``; none without any of them."""
        query = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:200]
        return search_listing(self, request, query, given_filters(request))

    # --- shared ---------------------------------------------------------------------------

    def show(self, request: HttpRequest, listing: Listing) -> TemplateResponse:
        """The page for a listing; override to change the context of all of them."""
        request.is_preview = getattr(request, "is_preview", False)  # type: ignore[attr-defined]
        context = self.get_context(request)
        context |= listing_context(self, request, listing)
        if listing.axis in _ONLY_WITH_POSTS and not context["posts"].object_list:
            # Tags belong to the whole site, and other apps' tags are not this blog's pages.
            raise Http404("There is no such post.")
        return TemplateResponse(request, self.get_template(request), context)

    def route_url(
        self, request: HttpRequest | None, name: str, kwargs: dict[str, Any] | None = None
    ) -> str:
        """Address of one of the routes above, by name."""
        return f"{self._own_url(request)}{self.reverse_subpage(name, kwargs=kwargs)}"

    def reverse_subpage(
        self, name: str, args: Any = None, kwargs: dict[str, Any] | None = None
    ) -> str:
        """As Wagtail's, which asks Django each time; a listing has a hundred of these."""
        page_class: Any = type(self)
        return _reversed(page_class, name, tuple(args or ()), tuple((kwargs or {}).items()))

    def _own_url(self, request: HttpRequest | None) -> str:
        """As ``get_url()``, which many links of a page begin with."""
        if request is None:
            return self.get_url() or ""
        known: dict[Any, str] = request.__dict__.setdefault("_mkt_blog_urls", {})
        key = self.pk, self.url_path
        if key not in known:
            known[key] = self.get_url(request) or ""
        return known[key]

    def _term(self, model: Any, **lookup: str) -> Any:
        return find_term(model, locale_id=self.locale_id, **lookup)

    def _term_listing(
        self, request: HttpRequest, axis: str, term: Any, posts: Any, kwargs: dict[str, str]
    ) -> Listing:
        return Listing(
            axis=axis,
            title=str(term),
            description=getattr(term, "description", "") or getattr(term, "bio", ""),
            object=term,
            posts=posts,
            url=self.route_url(request, axis, kwargs),
            feed_url=self.route_url(request, f"{axis}_feed", kwargs),
        )


@lru_cache(maxsize=4096)
def _reversed(
    page_class: Any, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]
) -> str:
    """Below its own page, an address depends on nothing but the class and its routes."""
    return str(page_class.get_resolver().reverse(name, *args, **dict(kwargs)))

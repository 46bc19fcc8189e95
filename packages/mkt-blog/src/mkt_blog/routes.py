"""The addresses of a blog below its own page."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from taggit.models import Tag
from wagtail.contrib.routable_page.models import RoutablePageMixin, path, re_path

from .archives import period
from .listing import Listing, listing_context
from .search import search_posts

if TYPE_CHECKING:
    from .querysets import PostQuerySet


class BlogRoutesMixin(RoutablePageMixin):
    """Listings, archives and search, all routed by the page itself. Feeds are in ``feeds.routes``.

    A site includes no URLconf, and the routes work wherever the page stands: at the root, nested,
    or below a language prefix. For every axis there is a method that makes the ``Listing`` and
    a route that shows it.
    """

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
            posts=self._listed().pinned_first(),
            url=self.route_url(request, "index"),
            feed_url=self.route_url(request, "index_feed"),
        )

    def category_listing(self, request: HttpRequest, path: str) -> Listing:
        """Posts of a category and of all below it. Http404 if there is no such category."""
        category = get_object_or_404(
            self.get_post_model().get_category_model(), path=path, locale_id=self.locale_id
        )
        posts = self._listed().in_category(category)
        return self._term_listing(request, "category", category, posts, {"path": path})

    def tag_listing(self, request: HttpRequest, slug: str) -> Listing:
        """Posts with a tag. Http404 if there is no such tag; ``show`` refuses one without posts."""
        tag = get_object_or_404(Tag, slug=slug)
        posts = self._listed().tagged(slug)
        return self._term_listing(request, "tag", tag, posts, {"slug": slug})

    def author_listing(self, request: HttpRequest, slug: str) -> Listing:
        author = get_object_or_404(
            self.get_post_model().get_author_model(), slug=slug, locale_id=self.locale_id
        )
        posts = self._listed().by_author(author)
        return self._term_listing(request, "author", author, posts, {"slug": slug})

    def series_listing(self, request: HttpRequest, slug: str) -> Listing:
        """Posts of a series in reading order."""
        series = get_object_or_404(
            self.get_post_model().get_series_model(), slug=slug, locale_id=self.locale_id
        )
        posts = self._listed().in_series(series)
        return self._term_listing(request, "series", series, posts, {"slug": slug})

    def archive_listing(
        self, request: HttpRequest, year: str, month: str | None, day: str | None
    ) -> Listing:
        """Posts of a year, month or day in the current time zone. Http404 if there is none."""
        start, end, title = period(year, month, day)
        posts = self._listed().filter(date__gte=start, date__lt=end)
        if not posts.exists():
            raise Http404("No post of this time.")
        given = {"year": year, "month": month, "day": day}
        name = "day" if day else "month" if month else "year"
        kwargs = {key: value for key, value in given.items() if value}
        return Listing(
            axis="archive", title=title, posts=posts, url=self.route_url(request, name, kwargs)
        )

    def search_listing(self, request: HttpRequest) -> Listing:
        """Posts that match ``?q=``; none without a query."""
        query = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:200]
        return Listing(
            axis="search",
            title=_("Search: %(query)s") % {"query": query} if query else _("Search"),
            query=query,
            posts=search_posts(self, self._listed(), query),
            url=self.route_url(request, "search"),
        )

    # --- shared ---------------------------------------------------------------------------

    def show(self, request: HttpRequest, listing: Listing) -> TemplateResponse:
        """The page for a listing; override to change the context of all of them."""
        request.is_preview = getattr(request, "is_preview", False)  # type: ignore[attr-defined]
        context = self.get_context(request)
        context |= listing_context(self, request, listing)
        if listing.axis == "tag" and not context["posts"].object_list:
            # Tags belong to the whole site, and other apps' tags are not this blog's pages.
            raise Http404("There is no such post.")
        return TemplateResponse(request, self.get_template(request), context)

    def route_url(
        self, request: HttpRequest | None, name: str, kwargs: dict[str, Any] | None = None
    ) -> str:
        """Address of one of the routes above, by name."""
        return f"{self.get_url(request) or ''}{self.reverse_subpage(name, kwargs=kwargs)}"

    def _listed(self) -> "PostQuerySet":
        return self.posts().for_listing()

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

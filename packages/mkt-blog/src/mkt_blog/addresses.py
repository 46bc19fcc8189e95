"""Where a post is to be found: /blog/slug/ or /blog/2026/03/01/slug/, as its blog says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db import router
from django.db.models import Q
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.url_routing import RouteResult

from mkt_core.cache import declared, purge
from mkt_core.compat import get_page_model

from .post_models import blog_models
from .prepared import PreparedQuery
from .querysets import Spot, has_languages, paths_down_to
from .remembered import keep, recall
from .slugs import is_reserved
from .visible import has_usual_queryset

if TYPE_CHECKING:
    from django.db.models import QuerySet

# What a response depends on that holds the address of any post.
DATED_TAG = "mkt-blog:dated-urls"
_DATED = "dated"
# What Django's reverse() leaves as it is: the "sub-delims" of RFC 3986 and four more.
_UNQUOTED = "!$&'()*+,;=/~:@"


class OneQueryRestrictions:
    """Whether a page is private, in one query for the usual page, which is not."""

    def get_view_restrictions(self) -> "QuerySet[PageViewRestriction]":
        """Wagtail's own three queries only where a restriction or an alias stands above the page or on it."""
        if RESTRICTED.rows(get_page_model(), paths=paths_down_to(self)):
            return super().get_view_restrictions()  # type: ignore[misc]
        return PageViewRestriction.objects.none()


def _restricted(page_model: Any, *, paths: Sequence[str]) -> "QuerySet[Any]":
    found = Q(view_restrictions__isnull=False) | Q(alias_of__isnull=False)
    above: QuerySet[Any] = page_model.objects.filter(path__in=paths)
    return above.filter(found).order_by().values_list("pk")[:1]


RESTRICTED = PreparedQuery(_restricted)


class PostAddress(OneQueryRestrictions):
    """The address of a post, for Wagtail's admin, sitemaps, feeds and redirects alike."""

    def get_url_parts(self, request: Any = None) -> Any:
        """Wagtail's, with the date in front of the slug where the blog wants it. No query in a listing."""
        parts = _below_blog(self, request) or super().get_url_parts(request)  # type: ignore[misc]
        if parts is None or parts[2] is None or not _is_dated(self):
            return parts
        site, root, path = parts
        head, _, slug = path.rstrip("/").rpartition("/")
        end = "/" if path.endswith("/") else ""
        return site, root, f"{head}/{date_path(self)}/{slug}{end}"

    def mkt_core_has_own_address(self) -> bool:
        """The same of one post; no query where its blog is at hand."""
        return _is_dated(self)

    @classmethod
    def mkt_core_has_own_addresses(cls) -> bool:
        """Asked by mkt_core's sitemaps and heads, which are quicker where Wagtail's addresses are the right ones."""
        return bool(dated_blogs())


def url_parts_of(blog: Any, request: HttpRequest | None) -> Any:
    """What ``blog.get_url_parts(request)`` returns, worked out once for each request."""
    if request is None:
        return blog.get_url_parts()
    known: dict[Any, Any] = request.__dict__.setdefault("_mkt_blog_url_parts", {})
    # The object as well as its key: a blog that is previewed may have another slug.
    key = blog.pk, blog.url_path
    if key not in known:
        known[key] = blog.get_url_parts(request)
    return known[key]


def _below_blog(post: Any, request: HttpRequest | None) -> Any:
    """Wagtail's parts of the address of a post whose blog is at hand; None where Wagtail has to find them."""
    blog = post.__dict__.get("blog")
    if blog is None or request is None or not post.url_path.startswith(blog.url_path):
        return None
    parts = url_parts_of(blog, request)
    if parts is None or parts[2] is None:
        return None
    site, root, path = parts
    rest = quote(post.url_path.removeprefix(blog.url_path), safe=_UNQUOTED)
    return site, root, path.rstrip("/") + "/" + (rest if path.endswith("/") else rest.rstrip("/"))


def date_path(post: Any) -> str:
    """``2026/03/01``, the day of ``post.date`` in the time zone of the site."""
    day = timezone.localtime(post.date, timezone.get_default_timezone())
    return f"{day:%Y/%m/%d}"


def dated_blogs() -> set[str]:
    """``url_path`` of each blog with dates in the addresses of its posts.

    One query, or none when it is remembered.
    """
    known = recall(_DATED, even_collecting=True)
    with declared(DATED_TAG):
        if _DATED not in known:
            known[_DATED] = list(_dated_paths([_dated(model) for model in blog_models()]))
            keep(known, since=known)
    return set(known[_DATED])


def addresses_changed(blog_class: type, using: str | None = None) -> None:
    """Have responses with addresses of posts made anew, after a blog was changed."""
    purge(DATED_TAG, using=using or router.db_for_write(blog_class))


def route_post(blog: Any, request: HttpRequest, components: Sequence[str]) -> "RouteResult | None":
    """The post at ``slug`` or ``yyyy/mm/dd/slug`` below a blog, or a redirect to its right address.

    None where that is no post of the blog: Wagtail goes on looking. One query.
    """
    if not components or not _may_be_post(components):
        return None
    *date, slug = components
    model = blog.get_post_model()
    if has_usual_queryset(model):
        found = ROUTED.rows(model, Spot.of(blog), has_languages(), slug=slug)
    else:
        found = list(_routed(model, Spot.of(blog), has_languages(), slug=slug))
    if not found:
        return None
    (post,) = found
    # Where treebeard looks for the parent of a page.
    post.blog = post._cached_parent_obj = blog
    if (blog.dated_urls and date != date_path(post).split("/")) or (date and not blog.dated_urls):
        return RouteResult(blog, args=(redirect_to, (post,), {}))
    result: RouteResult = post.route(request, [])
    return result


def _routed(post_model: Any, blog: Spot, with_locale: bool, *, slug: str) -> "QuerySet[Any]":
    found: QuerySet[Any] = post_model.objects.in_blog(blog).live().filter(slug=slug).with_joined()
    return found[:1]


ROUTED = PreparedQuery(_routed)


def redirect_to(request: HttpRequest, post: Any) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING")
    url = post.get_url(request)
    return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)


def _may_be_post(components: Sequence[str]) -> bool:
    if len(components) == 1:
        return not is_reserved(components[0])
    widths = [len(part) for part in components[:-1] if part.isascii() and part.isdigit()]
    return len(components) == 4 and widths == [4, 2, 2]


def _is_dated(post: Any) -> bool:
    parent = post.url_path.rstrip("/").rpartition("/")[0] + "/"
    blog = post.__dict__.get("blog")
    if blog is not None and blog.url_path == parent:
        return bool(blog.dated_urls)
    return parent in dated_blogs()


def _dated_paths(querysets: list[Any]) -> Any:
    return querysets[0].union(*querysets[1:]) if querysets else []


def _dated(model: Any) -> Any:
    dated = model.objects.filter(dated_urls=True).order_by()
    return dated.values_list("url_path", flat=True)

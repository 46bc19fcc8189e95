"""A listing: which posts, under what heading, at which address."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

from .base_template import base_template
from .conf import blog_settings
from .counts import FEATURED_POSTS, posts_per_page
from .listed import ListedPosts, page_of
from .navigation import featured_keys, navigation
from .pictures import prefetch_renditions
from .post_terms import attach_terms
from .querysets import PostQuerySet
from .seo import listing_seo
from .visible import PreparedPosts

if TYPE_CHECKING:
    from django.http import HttpRequest

# No blog has so many pages, and databases refuse larger numbers.
_MOST_DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list of posts of a blog.

    ``axis`` is one of ``index``, ``category``, ``tag``, ``author``, ``series``, ``archive``,
    ``search``; ``object`` is the category, tag, author or series that it is about.
    """

    axis: str
    title: str
    # A queryset, or the results of a search: anything that a Paginator can slice.
    posts: Any
    url: str
    description: str = ""
    object: Any = None
    feed_url: str | None = None
    query: str = ""
    # What narrows a search: parameter -> value.
    filters: dict[str, str] = field(default_factory=dict)
    # Of a search: see ``facets``.
    facets: Any = ()
    # Whether more posts match than are looked at, so that counts are lower limits.
    capped: bool = False


@dataclass(frozen=True)
class PageLink:
    number: int
    url: str
    current: bool


def listing_context(blog: Any, request: "HttpRequest", listing: Listing) -> dict[str, Any]:
    """Template context of a listing, for the page that ``?page=`` asks for.

    Raises:
        Http404: the page number is no number, or there is no such page.
    """
    posts = paginate(listing, request.GET.get("page", "1"), posts_per_page(blog))
    featured = _featured(blog, request, listing, posts)
    pictures = [getattr(listing.object, name, None) for name in ("photo", "image")]
    prepare_cards(blog, [*posts, *featured], pictures)
    beside = navigation(blog, request, listing.url)
    context = {
        "blog": blog,
        "listing": listing,
        "listing_url": page_url(listing, posts.number),
        "posts": posts,
        "featured_posts": featured,
        "page_links": page_links(listing, posts),
        "previous_url": page_url(listing, posts.number - 1) if posts.has_previous() else None,
        "next_url": page_url(listing, posts.number + 1) if posts.has_next() else None,
        "categories": beside.categories,
        "archive_years": beside.years,
        "popular_tags": beside.tags,
        "load_more": blog_settings.current.LOAD_MORE,
        "base_template": base_template(),
    }
    return context | {"seo": listing_seo(context)}


def prepare_cards(blog: Any, posts: list[Any], images: list[Any] | None = None) -> None:
    """All that the cards of ``posts`` show: authors, categories, renditions; also the renditions of ``images``.

    Three queries, one where the terms are remembered, and one more for the blog's default picture if a post needs it.
    """
    for post in posts:
        # A post's address and breadcrumbs ask for its blog, which is known here.
        post.blog = blog
    attach_terms(posts)
    fallback = [blog.default_image] if any(not post.hero_image_id for post in posts) else []
    prefetch_renditions([*(post.hero_image for post in posts), *(images or []), *fallback])


def paginate(listing: Listing, number: str, size: int) -> Page:
    """A page of the listing with as many posts as ``size``. A queryset is counted and sliced in one query."""
    # "１" and " 1" are numbers for int(); one page must have one address.
    if not (number.isascii() and number.isdigit()) or len(number) > _MOST_DIGITS:
        raise Http404("The page is not a number.")
    wanted = int(number)
    first = (wanted - 1) * size
    if wanted < 1:
        raise Http404("There is no such page.")
    if isinstance(listing.posts, ListedPosts):
        rows, count = listing.posts.page(first, size)
    elif isinstance(listing.posts, QuerySet):
        rows = list(page_of(listing.posts, first, size))
        count = rows[0].listing_count if rows else 0
    else:
        rows, count = list(listing.posts[first : first + size]), len(listing.posts)
    if not rows and wanted > 1:
        raise Http404("There is no such page.")
    paginator = Paginator(listing.posts, size)
    paginator.count = count
    return Page(rows, wanted, paginator)


def page_url(listing: Listing, number: int) -> str:
    """Address of a page of the listing; the first page has no ``?page=``."""
    query: dict[str, str | int] = {"q": listing.query} if listing.query else {}
    query |= listing.filters
    if number > 1:
        query["page"] = number
    return f"{listing.url}?{urlencode(query)}" if query else listing.url


def page_links(listing: Listing, posts: Page) -> list[PageLink | None]:
    """Links to the pages around this one and to the ends; None stands for a gap."""
    numbers = posts.paginator.get_elided_page_range(posts.number, on_each_side=2, on_ends=1)
    return [
        PageLink(number, page_url(listing, number), number == posts.number)
        if isinstance(number, int)
        else None
        for number in numbers
    ]


def _featured(blog: Any, request: "HttpRequest", listing: Listing, posts: Page) -> list[Any]:
    """Featured posts that the first page of the blog would not show otherwise; one query there if there are any."""
    if listing.axis != "index" or posts.number != 1 or not posts.has_next():
        return []
    shown = {post.pk for post in posts}
    keys = [key for key in featured_keys(blog, request) if key not in shown]
    return FEATURED.rows(blog, blog.get_post_model(), request, keys=keys) if keys else []


def _featured_posts(posts: PostQuerySet, *, keys: list[int]) -> PostQuerySet:
    found = posts.filter(pk__in=keys)
    return found.newest_first().with_pictures()[:FEATURED_POSTS]


FEATURED = PreparedPosts(_featured_posts)

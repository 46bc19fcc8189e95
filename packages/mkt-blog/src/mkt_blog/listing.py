"""A listing: which posts, under what heading, at which address."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404

from .base_template import base_template
from .conf import blog_settings
from .navigation import category_tree
from .seo import listing_seo

if TYPE_CHECKING:
    from django.http import HttpRequest


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
    posts = paginate(listing, request.GET.get("page", "1"))
    for post in posts:
        # A post's address and breadcrumbs ask for its blog, which is known here.
        post.blog = blog
    context = {
        "blog": blog,
        "listing": listing,
        "listing_url": page_url(listing, posts.number),
        "posts": posts,
        "page_links": page_links(listing, posts),
        "previous_url": page_url(listing, posts.number - 1) if posts.has_previous() else None,
        "next_url": page_url(listing, posts.number + 1) if posts.has_next() else None,
        "categories": category_tree(blog, request),
        "base_template": base_template(),
    }
    return context | {"seo": listing_seo(context)}


def paginate(listing: Listing, number: str) -> Page:
    paginator = Paginator(listing.posts, blog_settings.current.POSTS_PER_PAGE)
    # "１" and " 1" are numbers for int(); one page must have one address.
    if not (number.isascii() and number.isdigit()):
        raise Http404("The page is not a number.")
    try:
        return paginator.page(number)
    except (InvalidPage, ValueError) as error:
        raise Http404("There is no such page.") from error


def page_url(listing: Listing, number: int) -> str:
    """Address of a page of the listing; the first page has no ``?page=``."""
    query: dict[str, str | int] = {"q": listing.query} if listing.query else {}
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

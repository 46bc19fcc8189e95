"""RSS of every listing."""

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from .conf import blog_settings
from .xml import without_control_characters as _clean

if TYPE_CHECKING:
    from .listing import Listing


class BlogRssFeed(Rss201rev2Feed):
    """RSS 2.0 with several authors for an item, as Dublin Core creators."""

    content_type = "application/rss+xml; charset=utf-8"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement(
                "dc:creator", name, {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}
            )


def rss_response(blog: Any, request: HttpRequest, listing: "Listing") -> HttpResponse:
    """The newest posts of a listing as RSS 2.0.

    Queries: those of ``PostQuerySet.for_listing``, whatever the number of items.
    """
    feed = BlogRssFeed(
        title=_clean(_feed_title(blog, listing)),
        link=request.build_absolute_uri(listing.url),
        description=_clean(listing.description or listing.title),
        language=blog.locale.language_code,
        feed_url=request.build_absolute_uri(listing.feed_url),
    )
    for post in _newest(listing):
        post.blog = blog
        _add_post(feed, request, post)
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    return response


def _newest(listing: "Listing") -> Any:
    return islice(listing.posts.newest_first(), blog_settings.current.FEED_ITEMS)


def _feed_title(blog: Any, listing: "Listing") -> str:
    return listing.title if listing.axis == "index" else f"{listing.title} – {blog.title}"


def _add_post(feed: BlogRssFeed, request: HttpRequest, post: Any) -> None:
    url = post.get_full_url(request)
    feed.add_item(
        title=_clean(post.title),
        link=url,
        description=_clean(post.summary),
        creators=[_clean(author.name) for author in post.authors],
        categories=[_clean(str(term)) for term in [*post.category_list, *post.tag_list]],
        pubdate=post.date,
        updateddate=post.updated_at or post.date,
        unique_id=url,
        unique_id_is_permalink=True,
    )

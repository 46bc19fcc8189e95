"""Answering a request for a feed: first whether anything has changed, then the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date

from mkt_core.cache.collector import current_collector

from . import kinds
from .atom import write_atom
from .items import feed_items
from .json_feed import write_json
from .rss import write_rss
from .source import FeedSource

if TYPE_CHECKING:
    from ..listing import Listing

_WRITERS = {kinds.RSS: write_rss, kinds.ATOM: write_atom, kinds.JSON: write_json}
_CONDITIONS = ("IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_MATCH", "IF_UNMODIFIED_SINCE")


def feed_response(blog: Any, request: HttpRequest, listing: Listing, kind: str) -> HttpResponse:
    """The newest posts of a listing as a feed of a kind ("rss", "atom", "json"), or 304.

    Queries: one to say that nothing has changed; else one more and those of ``loading.load``. Http404 for a tag that
    no published post has.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    source = FeedSource(blog=blog, request=request, listing=listing, kind=kind)
    with translation.override(source.language_code):
        if not any(f"HTTP_{name}" in request.META for name in _CONDITIONS):
            # Whoever asks for the first time gets it all: its state comes with the posts.
            posts = source.load()
            return _written(source, posts, _new_response(source, source.rows_of(posts)))
        response = _new_response(source, source.rows())
        answer = _unchanged(request, response)
        return answer or _written(source, source.load(), response)


def _new_response(source: FeedSource, rows: list[tuple[Any, ...]]) -> HttpResponse:
    """An empty response with all headers."""
    if source.listing.axis == "tag" and not rows:
        # Tags belong to the whole site, and other apps' tags are not this blog's pages.
        raise Http404("No post has this tag.")
    media_type = kinds.MEDIA_TYPES[source.kind]
    response = HttpResponse(content_type=f"{media_type}; charset=utf-8")
    response["ETag"] = source.etag(rows)
    response["Last-Modified"] = http_date(source.last_modified(rows).timestamp())
    if current_collector() is None:
        # Asking again is cheap, and what is withdrawn must not be kept. The response cache says it in its own way.
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """304 or 412 if the request's conditions say so."""
    modified = parse_http_date(response["Last-Modified"])
    answer = get_conditional_response(request, response["ETag"], modified, response=response)
    return None if answer is response else answer


def _written(source: FeedSource, posts: list[Any], response: HttpResponse) -> HttpResponse:
    updated = source.last_modified(source.rows_of(posts))
    feed = source.feed(updated)
    feed.items = list(feed_items(source, posts))
    response.content = _WRITERS[source.kind](feed)
    return response

"""Where a post is, was, or would be."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Any, NamedTuple

from mkt_core.seo.addresses import Addresses

from .addresses import date_path

# Methods of a page that say where it is. Those of this package say no more than what is worked out here.
_URL_METHODS = ("get_url_parts", "get_full_url", "get_sitemap_urls")


class Place(NamedTuple):
    """What the address of a post is made of."""

    url_path: str
    slug: str
    date: datetime


def place_of(post: Any) -> Place:
    return Place(post.url_path, post.slug, post.date)


def full_url(post: Any, place: Place) -> str | None:
    """The address of ``post`` in ``place``, None outside of all sites. Two queries where its blog is not known."""
    if says_itself(type(post)):
        there = copy(post)
        there.url_path, there.slug, there.date = place
        return there.get_full_url() or None
    is_dated = post.blog is not None and post.blog.dated_urls
    path = dated_path(place) if is_dated else place.url_path
    return Addresses(None).full_url_of(path) or None


def dated_path(place: Place) -> str:
    """The path with the day in it, in the time zone of the site: /blog/2026/03/01/slug/."""
    blog_path = place.url_path.removesuffix(f"{place.slug}/")
    return f"{blog_path}{date_path(place)}/{place.slug}/"


def says_itself(post_class: type[Any]) -> bool:
    """Whether a post class of a site has ways of its own to say where its posts are."""
    ours_or_wagtails = ("mkt_blog.", "wagtail.")
    methods = (getattr(post_class, name) for name in _URL_METHODS)
    return not all(method.__module__.startswith(ours_or_wagtails) for method in methods)

"""What a feed is made of, before any post has been read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from mkt_core.seo.addresses import Addresses
from mkt_core.seo.site import site_name, site_of, site_values

from ..conf import blog_settings
from . import state
from .kinds import feed_path
from .loading import load, state_rows
from .values import Feed, Person

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from ..listing import Listing


@dataclass(frozen=True, kw_only=True)
class FeedSource:
    """A feed of one kind of one listing, for one request. What is found out is kept."""

    blog: Any
    request: HttpRequest
    listing: Listing
    kind: str

    def rows(self) -> list[tuple[Any, ...]]:
        """The state of each post: one query."""
        return state_rows(self.listing.posts, self.limit, full_text=self.full_text)

    def load(self) -> list[Any]:
        """The posts with all that a feed says of them; see ``loading.load`` for the queries."""
        loaded = load(self.listing.posts, self.limit, full_text=self.full_text)
        for post in loaded:
            # A post's address asks for its blog, which is known here.
            post.blog = self.blog
        return loaded

    def rows_of(self, loaded: list[Any]) -> list[tuple[Any, ...]]:
        """As ``rows``, of posts that have been loaded. No query."""
        return [state.row(post, full_text=self.full_text) for post in loaded]

    def etag(self, rows: list[tuple[Any, ...]]) -> str:
        blog = self.blog
        parts = [self.kind, self.language_code, self.feed_url, self.limit, self.full_text]
        parts += [blog.title, blog.dated_urls, blog.last_published_at, blog.default_image_id]
        parts += [self.title, self.listing.description, self.author.name, blog_settings.current]
        return state.etag(parts, rows)

    def last_modified(self, rows: list[tuple[Any, ...]]) -> datetime:
        return state.last_modified(self.blog, rows)

    def feed(self, updated: datetime) -> Feed:
        """The feed, still without items."""
        return Feed(
            id=self._id,
            url=self.absolute(self.listing.url),
            feed_url=self.feed_url,
            title=self.title,
            description=str(self.listing.description),
            language=self.language_code,
            updated=updated,
            author=self.author,
            items=[],
        )

    @property
    def limit(self) -> int:
        return self.blog.feed_items or blog_settings.current.FEED_ITEMS

    @property
    def full_text(self) -> bool:
        return self.blog.feed_full_text

    @property
    def title(self) -> str:
        title = str(self.listing.title)
        return title if self.listing.axis == "index" else f"{title} – {self.blog.title}"

    @cached_property
    def author(self) -> Person:
        """The site, or the blog on a site without a name. No query after Wagtail has found the site."""
        site = site_of(self.request)
        name = site_name(site_values(site, self.request), site)
        return Person(name=name or self.blog.title, url=self.base_url)

    @cached_property
    def language_code(self) -> str:
        """That of the tree that the blog stands in, which is known without a query."""
        root = Addresses(self.request).root_of(self.blog.url_path)
        return root.language_code if root else self.blog.locale.language_code

    @cached_property
    def base_url(self) -> str:
        """Such as "https://example.com/", the start of all addresses that are given as paths."""
        return urljoin(self.blog_url, "/")

    @cached_property
    def blog_url(self) -> str:
        url = self.blog.get_full_url(self.request) or self.request.build_absolute_uri("/")
        return Addresses(self.request).secured(url)

    @property
    def feed_url(self) -> str:
        return urljoin(self.absolute(self.listing.url), feed_path(self.kind))

    def absolute(self, url: str) -> str:
        return urljoin(self.base_url, url)

    def blog_address(self, route: str, kwargs: dict[str, str]) -> str:
        """Address of a route of the blog."""
        return f"{self.blog_url}{self.blog.reverse_subpage(route, kwargs=kwargs)}"

    @property
    def _id(self) -> str:
        subject = self.listing.object
        key = getattr(subject, "translation_key", None) or getattr(subject, "slug", "")
        name = f"{self.language_code}/{self.listing.axis}/{key}"
        return uuid.uuid5(self.blog.translation_key, name).urn

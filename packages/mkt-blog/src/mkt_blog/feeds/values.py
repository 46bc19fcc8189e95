"""A feed and its items, whatever they are written as. All addresses in them are absolute."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    name: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A category or a tag; ``scheme`` tells them apart: the address of the blog's categories or tags."""

    term: str
    name: str
    scheme: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """``length`` in bytes, None if the storage did not say."""

    url: str
    type: str
    width: int
    height: int
    length: int | None
    alt: str = ""


@dataclass(kw_only=True, slots=True)
class FeedItem:
    """One post in a feed. Hooks (``mkt_blog_feed_item``) may change every field."""

    # Stays the same for ever, also when the address or the title changes.
    id: str
    url: str
    # Plain text.
    title: str
    summary: str
    published: datetime
    updated: datetime
    # Clean HTML; empty in a feed of excerpts.
    content: str = ""
    authors: list[Person] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    image: Picture | None = None


@dataclass(kw_only=True, slots=True)
class Feed:
    id: str
    # Of the page that it is a feed of, and its own.
    url: str
    feed_url: str
    title: str
    description: str
    language: str
    updated: datetime
    # Who stands for the posts that name no author.
    author: Person
    items: list[FeedItem]

"""The ``MKT_BLOG`` setting."""

from dataclasses import dataclass, field

from mkt_core.conf import AppSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogSettings:
    """Values accepted in the ``MKT_BLOG`` setting."""

    # Posts on one page of a listing.
    POSTS_PER_PAGE: int = 20
    # Posts in one feed.
    FEED_ITEMS: int = 20
    # Reading speed behind the "n min read" label, in words per minute.
    WORDS_PER_MINUTE: int = 230
    # The site's own template that the blog's templates extend.
    BASE_TEMPLATE: str = "base.html"
    # Body blocks to add or replace (name -> dotted path of a block class or factory) or to remove (name -> None).
    BODY_BLOCKS: dict[str, str | None] = field(default_factory=dict)
    # Days after which a published post that nobody has touched counts as stale in the editors' calendar.
    STALE_AFTER_DAYS: int = 365
    # Minutes that a scheduled publication or expiry may be late before it is called overdue.
    SCHEDULE_GRACE_MINUTES: int = 15


blog_settings = AppSettings("MKT_BLOG", BlogSettings)

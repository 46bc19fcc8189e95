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
    # Reading speed behind the "n min read" label, in words per minute; None for that of the language.
    WORDS_PER_MINUTE: int | None = None
    # The site's own template that the blog's templates extend.
    BASE_TEMPLATE: str = "base.html"
    # How long counts, terms and the like are kept in the default cache, in seconds; 0: not at all.
    CACHE_SECONDS: int = 60
    # Categories and tags named beside a listing: those with the most posts.
    NAVIGATION_TERMS: int = 50
    # Formats of pictures, best first: "webp", "avif", "jpeg". Each one is made at the first view, AVIF slowly.
    IMAGE_FORMATS: list[str] = field(default_factory=lambda: ["webp"])
    # Where readers can share a post, in this order: "mastodon", "bluesky", "linkedin", "email", "copy".
    SHARE: list[str] = field(
        default_factory=lambda: ["mastodon", "bluesky", "linkedin", "email", "copy"]
    )
    # A link below a listing that appends the next page, where scripts run; else it leads there.
    LOAD_MORE: bool = False
    # Body blocks to add or replace (name -> dotted path of a block class or factory) or to remove (name -> None).
    BODY_BLOCKS: dict[str, str | None] = field(default_factory=dict)
    # Days after which a published post that nobody has touched counts as stale in the editors' calendar.
    STALE_AFTER_DAYS: int = 365
    # Minutes that a scheduled publication or expiry may be late before it is called overdue.
    SCHEDULE_GRACE_MINUTES: int = 15


blog_settings = AppSettings("MKT_BLOG", BlogSettings)

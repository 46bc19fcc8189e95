"""The three kinds of feeds, by the last part of their addresses."""

RSS = "rss"
ATOM = "atom"
JSON = "json"

# Kind -> media type, in the order in which they are offered.
MEDIA_TYPES = {
    RSS: "application/rss+xml",
    ATOM: "application/atom+xml",
    JSON: "application/feed+json",
}


def feed_path(kind: str) -> str:
    """Where a feed of this kind is, below the address of what it is a feed of."""
    return f"feed/{kind}/"


def route_name(axis: str, kind: str) -> str:
    """Name of the route to the feed of an axis ("index", "category" …)."""
    return f"{axis}_feed" if kind == RSS else f"{axis}_feed_{kind}"

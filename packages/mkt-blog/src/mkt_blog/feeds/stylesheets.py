"""How a feed looks to somebody who opens its address in a browser."""

from urllib.parse import urljoin, urlsplit

from django.templatetags.static import static

from ..xml import XmlWriter
from .values import Feed

# The first one that a browser knows is used: some have done away with XSLT.
_STYLESHEETS = (("text/xsl", "mkt_blog/feed.xsl"), ("text/css", "mkt_blog/feed.css"))


def add_stylesheets(xml: XmlWriter, feed: Feed) -> None:
    """Name the stylesheets, unless static files are on another host: browsers would show nothing at all."""
    for media_type, path in _STYLESHEETS:
        url = _address(path)
        if url and urlsplit(urljoin(feed.feed_url, url)).netloc == urlsplit(feed.feed_url).netloc:
            xml.instruction("xml-stylesheet", {"type": media_type, "href": url})


def _address(path: str) -> str:
    try:
        return static(path)
    except ValueError:
        # A manifest that does not know the file: a feed without a stylesheet is still a feed.
        return ""

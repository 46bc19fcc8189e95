"""How a feed looks to somebody who opens its address in a browser."""

from urllib.parse import urljoin, urlsplit

from django.templatetags.static import static

from ..xml import XmlWriter
from .values import Feed

# CSS alone: browsers are doing away with XSLT.
_STYLESHEET = "mkt_blog/feed.css"


def add_stylesheet(xml: XmlWriter, feed: Feed) -> None:
    """Name the stylesheet, unless static files are on another host: browsers would show nothing at all."""
    url = _address(_STYLESHEET)
    if url and urlsplit(urljoin(feed.feed_url, url)).netloc == urlsplit(feed.feed_url).netloc:
        xml.instruction("xml-stylesheet", {"type": "text/css", "href": url})


def _address(path: str) -> str:
    try:
        return static(path)
    except ValueError:
        # A manifest that does not know the file: a feed without a stylesheet is still a feed.
        return ""

"""RSS 2.0 (https://www.rssboard.org/rss-specification), with what readers know beside it."""

from email.utils import format_datetime
from html import escape

from ..xml import XmlWriter
from .kinds import MEDIA_TYPES, RSS
from .stylesheets import add_stylesheet
from .values import Feed, FeedItem, Picture

GENERATOR = "mkt-blog"
_NAMESPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


def write_rss(feed: Feed) -> bytes:
    xml = XmlWriter()
    add_stylesheet(xml, feed)
    xml.start("rss", {"version": "2.0", **_NAMESPACES})
    xml.start("channel")
    xml.element("title", feed.title)
    xml.element("link", feed.url)
    xml.element("description", feed.description or feed.title)
    xml.element("language", feed.language.lower())
    xml.element("lastBuildDate", format_datetime(feed.updated))
    xml.element("generator", GENERATOR)
    own = {"rel": "self", "type": MEDIA_TYPES[RSS], "href": feed.feed_url}
    xml.element("atom:link", attributes=own)
    for item in feed.items:
        _add_item(xml, item)
    xml.end()
    xml.end()
    return xml.document()


def _add_item(xml: XmlWriter, item: FeedItem) -> None:
    xml.start("item")
    xml.element("title", item.title)
    xml.element("link", item.url)
    xml.element("guid", item.id, {"isPermaLink": "false"})
    xml.element("pubDate", format_datetime(item.published))
    xml.element("atom:updated", item.updated.isoformat())
    for author in item.authors:
        xml.element("dc:creator", author.name)
    for label in item.labels:
        xml.element("category", label.name, {"domain": label.scheme})
    # Readers take it for HTML: what looks like markup in a plain text has to be escaped once more.
    xml.element("description", escape(item.summary, quote=False))
    if item.content:
        xml.element("content:encoded", item.content)
    if item.image:
        _add_picture(xml, item.image)
    xml.end()


def _add_picture(xml: XmlWriter, picture: Picture) -> None:
    facts = {"url": picture.url, "type": picture.type}
    if picture.length is not None:
        # RSS insists on a length.
        xml.element("enclosure", attributes={**facts, "length": str(picture.length)})
        facts["fileSize"] = str(picture.length)
    facts |= {"medium": "image", "width": str(picture.width), "height": str(picture.height)}
    xml.start("media:content", facts)
    if picture.alt:
        xml.element("media:description", picture.alt, {"type": "plain"})
    xml.end()

"""Atom (RFC 4287)."""

from ..xml import XmlWriter
from .kinds import ATOM, MEDIA_TYPES
from .rss import GENERATOR
from .stylesheets import add_stylesheet
from .values import Feed, FeedItem, Person


def write_atom(feed: Feed) -> bytes:
    xml = XmlWriter()
    add_stylesheet(xml, feed)
    xml.start("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    xml.element("id", feed.id)
    xml.element("title", feed.title)
    if feed.description:
        xml.element("subtitle", feed.description)
    xml.element("updated", feed.updated.isoformat())
    _add_person(xml, feed.author)
    own = {"rel": "self", "type": MEDIA_TYPES[ATOM], "href": feed.feed_url}
    xml.element("link", attributes=own)
    xml.element("link", attributes={"rel": "alternate", "type": "text/html", "href": feed.url})
    xml.element("generator", GENERATOR)
    for item in feed.items:
        _add_entry(xml, item)
    xml.end()
    return xml.document()


def _add_entry(xml: XmlWriter, item: FeedItem) -> None:
    xml.start("entry")
    xml.element("id", item.id)
    xml.element("title", item.title)
    xml.element("link", attributes={"rel": "alternate", "type": "text/html", "href": item.url})
    xml.element("published", item.published.isoformat())
    xml.element("updated", item.updated.isoformat())
    for author in item.authors:
        _add_person(xml, author)
    for label in item.labels:
        facts = {"term": label.term, "scheme": label.scheme, "label": label.name}
        xml.element("category", attributes=facts)
    xml.element("summary", item.summary)
    if item.content:
        xml.element("content", item.content, {"type": "html"})
    if item.image:
        facts = {"rel": "enclosure", "type": item.image.type, "href": item.image.url}
        if item.image.length is not None:
            facts["length"] = str(item.image.length)
        xml.element("link", attributes=facts)
    xml.end()


def _add_person(xml: XmlWriter, person: Person) -> None:
    xml.start("author")
    xml.element("name", person.name)
    if person.url:
        xml.element("uri", person.url)
    xml.end()

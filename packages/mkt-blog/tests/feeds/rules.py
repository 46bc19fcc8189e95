"""The rules of RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 that can be looked up in a document.

Each checker raises AssertionError, and returns the document parsed.
"""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def absolute(url):
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https", "urn", "tag"), url
    assert parts.netloc or parts.path, url
    return url


def rfc_3339(text):
    assert RFC_3339.fullmatch(text), text
    return datetime.fromisoformat(text)


def unique(values):
    assert len(values) == len(set(values)), values


def one(element, name):
    found = element.findall(name)
    assert len(found) == 1, f"{len(found)} of {name} in {element.tag}"
    return found[0].text or ""


def clean_html(text):
    """Nothing that runs, and no address that is not whole."""
    for element in html.fragments_fromstring(text, no_leading_text=False) if text else []:
        if isinstance(element, str):
            continue
        for node in element.iter():
            assert node.tag not in {"script", "style", "object", "form"}, node.tag
            assert not [name for name in node.attrib if name.startswith("on") or name == "style"]
            addresses = [node.get(name) for name in ("href", "src", "poster", "cite")]
            addresses += [c.split()[0] for c in (node.get("srcset") or "").split(", ") if c]
            for address in filter(None, addresses):
                scheme = urlsplit(address).scheme
                assert scheme in {"http", "https", "mailto", "tel"}, address
            if node.tag == "img":
                assert node.get("src")
                assert node.get("alt") is not None
            if node.tag == "iframe":
                assert "allow-same-origin" not in node.get("sandbox")


def check_rss(content):
    root = etree.fromstring(content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert one(channel, "title")
    assert one(channel, "description")
    absolute(one(channel, "link"))
    parsedate_to_datetime(one(channel, "lastBuildDate"))
    assert LANGUAGE.fullmatch(one(channel, "language"))
    own = channel.find(f"{ATOM}link[@rel='self']")
    assert own.get("type") == "application/rss+xml"
    assert absolute(own.get("href"))
    for item in channel.findall("item"):
        assert one(item, "title") or one(item, "description")
        absolute(one(item, "link"))
        assert parsedate_to_datetime(one(item, "pubDate")).tzinfo
        assert item.find("guid").get("isPermaLink") == "false"
        assert absolute(one(item, "guid"))
        assert len(item.findall("enclosure")) <= 1
        for enclosure in item.findall("enclosure"):
            absolute(enclosure.get("url"))
            assert int(enclosure.get("length")) > 0
            assert enclosure.get("type").startswith("image/")
        clean_html(item.findtext(CONTENT))
        clean_html(item.findtext("description"))
    unique([one(item, "guid") for item in channel.findall("item")])
    return channel


def check_atom(content):
    root = etree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang")
    entries = root.findall(f"{ATOM}entry")
    for node in [root, *entries]:
        absolute(one(node, f"{ATOM}id"))
        assert node.find(f"{ATOM}title") is not None
        rfc_3339(one(node, f"{ATOM}updated"))
        for person in node.findall(f"{ATOM}author"):
            assert one(person, f"{ATOM}name")
            absolute(person.findtext(f"{ATOM}uri") or "http://none/")
        alternates = node.findall(f"{ATOM}link[@rel='alternate']")
        assert len(alternates) == 1
        assert absolute(alternates[0].get("href"))
    own = root.findall(f"{ATOM}link[@rel='self']")
    assert len(own) == 1
    assert own[0].get("type") == "application/atom+xml"
    for entry in entries:
        assert root.find(f"{ATOM}author") is not None or entry.find(f"{ATOM}author") is not None
        rfc_3339(one(entry, f"{ATOM}published"))
        assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}summary") is not None
        for category in entry.findall(f"{ATOM}category"):
            assert category.get("term")
            assert absolute(category.get("scheme"))
        if (text := entry.find(f"{ATOM}content")) is not None:
            assert text.get("type") == "html"
            clean_html(text.text)
    unique([one(entry, f"{ATOM}id") for entry in entries])
    return root


def check_json(content):
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert absolute(feed["home_page_url"])
    assert absolute(feed["feed_url"])
    assert feed["authors"]
    assert LANGUAGE.fullmatch(feed["language"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert absolute(item["id"])
        assert absolute(item["url"])
        assert isinstance(item.get("content_html", item.get("content_text")), str)
        rfc_3339(item["date_published"])
        rfc_3339(item["date_modified"])
        assert all(author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        if "image" in item:
            absolute(item["image"])
        clean_html(item.get("content_html"))
    unique([item["id"] for item in feed["items"]])
    return feed


CHECKS = {"rss": check_rss, "atom": check_atom, "json": check_json}
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def checked(response):
    """The feed in a response, parsed, after its checks."""
    kind = response.wsgi_request.path.rstrip("/").rpartition("/")[2]
    assert response.status_code == 200
    assert response["Content-Type"] == MEDIA_TYPES[kind]
    return CHECKS[kind](response.content)


def titles(response):
    """Of the items of a feed of any kind, in order."""
    found = checked(response)
    if isinstance(found, dict):
        return [item["title"] for item in found["items"]]
    items = [*found.findall("item"), *found.findall(f"{ATOM}entry")]
    return [item.findtext("title") or item.findtext(f"{ATOM}title") for item in items]

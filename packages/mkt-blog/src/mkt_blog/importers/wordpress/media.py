"""Pictures, players and frames that stay where they are: HTML and embeds."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from mkt_blog.html import CLASSES

from .tree import Element, Node, text_of

_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]+\Z")
_BACKGROUND = re.compile(r"background-image:\s*url\(\s*[\"']?(?P<address>[^\"')]+)", re.IGNORECASE)
_YOUTUBE_ID = re.compile(r"/(?:embed|v)/([A-Za-z0-9_-]{6,})")
_VIMEO_ID = re.compile(r"/video/(\d+)")


def lone_address(nodes: list[Node]) -> str:
    """The web address, if the nodes are nothing but one."""
    text = text_of(nodes).strip()
    if not _ADDRESS.match(text):
        return ""
    # A link on it that leads somewhere else is more than an address.
    links = [node for node in nodes if isinstance(node, Element) and node.name == "a"]
    return text if all(link.attributes.get("href", text) == text for link in links) else ""


def frame_address(element: Element) -> str:
    """The address that an ``<iframe>``, ``<object>`` or ``<embed>`` shows, as a reader knows it."""
    address = element.attributes.get("src") or element.attributes.get("data") or ""
    for child in element.descendants():
        if not address and child.name == "embed":
            address = child.attributes.get("src", "")
        if not address and child.name == "param" and child.attributes.get("name") == "movie":
            address = child.attributes.get("value", "")
    return _public_address(f"https:{address}" if address.startswith("//") else address)


def cover_picture(element: Element) -> str:
    """The address of the background of a cover block, which only its style names."""
    match = _BACKGROUND.search(element.attributes.get("style", ""))
    return match["address"].strip() if match else ""


def figure(element: Element) -> Element:
    """A picture, or a link around one, as a figure that takes over its alignment."""
    image = element if element.name == "img" else element.find("img")
    names = sorted(name for name in image.classes if name.startswith("align")) if image else []
    if image:
        image.attributes.pop("class", None)
    return Element("figure", {"class": names[0]} if names else {}, [element])


def flat_gallery(element: Element) -> Element:
    """The older gallery block keeps its pictures in a list; without it all galleries are alike."""
    if not element.has_class("wp-block-gallery"):
        return element
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, Element) and child.name == "ul":
            children += [
                part
                for item in child.children
                if isinstance(item, Element)
                for part in item.children
            ]
        else:
            children.append(child)
    return Element(element.name, element.attributes, children)


def prepare(element: Element, base_url: str) -> None:
    """Before an element is kept as HTML: absolute addresses, no classes of the old theme."""
    for part in (element, *element.descendants()):
        if part.name in {"img", "source", "track", "audio", "video", "iframe"}:
            for name in ("src", "poster"):
                if address := part.attributes.get(name, "").strip():
                    part.attributes[name] = absolute(address, base_url)
        if part.name in {"audio", "video"}:
            # Nothing starts by itself any more, so there must be a button.
            part.attributes["controls"] = ""
        if kept := part.classes & CLASSES.get(part.name, set()):
            part.attributes["class"] = " ".join(sorted(kept))
        else:
            part.attributes.pop("class", None)


def absolute(address: str, base_url: str) -> str:
    if address.startswith("//"):
        return f"https:{address}"
    if address.startswith("data:") or not base_url:
        return address
    try:
        return urljoin(f"{base_url.rstrip('/')}/", address)
    except ValueError:
        return address


def _public_address(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    if host in {"youtube.com", "youtube-nocookie.com"} and (video := _YOUTUBE_ID.match(parts.path)):
        if video[1] == "videoseries" and (playlist := parse_qs(parts.query).get("list")):
            return f"https://www.youtube.com/playlist?list={playlist[0]}"
        return f"https://www.youtube.com/watch?v={video[1]}"
    if host == "player.vimeo.com" and (video := _VIMEO_ID.match(parts.path)):
        return f"https://vimeo.com/{video[1]}"
    return address

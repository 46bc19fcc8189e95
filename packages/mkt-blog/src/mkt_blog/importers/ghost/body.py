"""The body of a Ghost post as the blocks of ours."""

import re
from collections.abc import Callable
from typing import Any

from mkt_blog.html import clean_rich_text

from ..wordpress.blocks import BlockBuilder
from ..wordpress.body import Body, active_elements, images_of
from ..wordpress.gutenberg import COMMENT
from ..wordpress.tree import Element, Node, is_inline, one_line, parse, to_html
from .export import Row, text
from .lexical import LexicalRenderer
from .mobiledoc import MobiledocRenderer

# What Ghost writes in the place of its own address.
PLACEHOLDER = "__GHOST_URL__"
BUTTON_TEXT_MAX_LENGTH = 100

_ADDRESS = re.compile(r"(?:https?://[^\s/]|/(?!/))", re.IGNORECASE)


def source_html(post: Row, base_url: str) -> tuple[str, list[str]]:
    """The HTML of a post, and the names of cards that only Ghost can fill.

    The HTML that Ghost has stored; without it, that of what its editor has stored.
    """
    lexical, mobiledoc = LexicalRenderer(), MobiledocRenderer()
    html = (
        text(post, "html")
        or lexical.html(text(post, "lexical"))
        or mobiledoc.html(text(post, "mobiledoc"))
    )
    return html.replace(PLACEHOLDER, base_url.rstrip("/")), lexical.unknown + mobiledoc.unknown


def convert(
    html: str, *, embeddable: Callable[[str], bool], base_url: str, blocks: set[str]
) -> Body:
    """The blocks of a post; ``blocks`` are the names that the blog has. Issues no query and no request.

    Raises:
        ImproperlyConfigured: nh3 (extra ``[import]``) is not installed.
    """
    builder = GhostBlockBuilder(blocks, embeddable=embeddable, base_url=base_url)
    built = builder.build(parse(COMMENT.sub("", html)))
    return Body(blocks=built, remote_images=images_of(built), active_elements=active_elements(html))


class GhostBlockBuilder(BlockBuilder):
    """Knows Ghost's cards by the class names of their HTML."""

    def __init__(self, blocks: set[str], **options: Any) -> None:
        super().__init__(classic=False, **options)
        self._names = blocks

    def _element(self, element: Element) -> None:
        for name, handle in _CARDS.items():
            if element.has_class(name):
                handle(self, element)
                return
        super()._element(element)

    def _callout(self, element: Element) -> None:
        emoji, content = _part(element, "kg-callout-emoji"), _part(element, "kg-callout-text")
        nodes: list[Node] = list(content.children if content else element.children)
        if emoji and (sign := one_line(emoji)):
            nodes = [*_with_sign(sign, nodes)]
        html = to_html(nodes)
        rich = clean_rich_text(f"<p>{html}</p>" if all(map(is_inline, nodes)) else html)
        if "callout" not in self._names:
            self._flow(nodes)
        elif one_line(nodes):
            self._add("callout", {"kind": "note", "title": "", "text": rich})

    def _button(self, element: Element) -> None:
        link = element.find("a")
        address = link.attributes.get("href", "").strip() if link else ""
        label = one_line(element)
        if "button" in self._names and label and _ADDRESS.match(address):
            value = {"text": label[:BUTTON_TEXT_MAX_LENGTH], "page": None, "url": address}
            self._add("button", {**value, "style": "primary"})
        else:
            self._flow(element.children)

    def _bookmark(self, element: Element) -> None:
        link, title = element.find("a"), _part(element, "kg-bookmark-title")
        address = link.attributes.get("href", "").strip() if link else ""
        if not address:
            self._flow(element.children)
        elif self._can_embed(address):
            self._address(address)
        else:
            label = (one_line(title) if title else "") or address
            self._line([Element("a", {"href": address}, [label])])

    def _toggle(self, element: Element) -> None:
        heading = _part(element, "kg-toggle-heading-text")
        content = _part(element, "kg-toggle-content")
        if heading is None or content is None:
            self._flow(element.children)
            return
        summary = Element("summary", {}, [one_line(heading)])
        self._html(Element("details", {}, [summary, *content.children]))


_CARDS: dict[str, Callable[[GhostBlockBuilder, Element], None]] = {
    "kg-bookmark-card": GhostBlockBuilder._bookmark,
    "kg-button-card": GhostBlockBuilder._button,
    "kg-callout-card": GhostBlockBuilder._callout,
    "kg-toggle-card": GhostBlockBuilder._toggle,
}


def _part(element: Element, name: str) -> Element | None:
    return next((one for one in element.descendants() if one.has_class(name)), None)


def _with_sign(sign: str, nodes: list[Node]) -> list[Node]:
    """The sign in front of the first words, inside of their paragraph if they have one."""
    first, *others = nodes or [""]
    if isinstance(first, Element) and first.name == "p":
        return [Element("p", first.attributes, [f"{sign} ", *first.children]), *others]
    return [f"{sign} ", *nodes]

"""A small HTML tree.

The markup is read by nh3 first, that is by the parser of a browser, which closes what was left
open and drops comments and scripts. What comes out is well-formed, so a simple parser can build
the tree. Nothing built here is trusted: every block is cleaned again when it is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser
from typing import Any

from mkt_blog.html import ATTRIBUTES, CONTENT_REMOVED, TAGS, URL_SCHEMES, require_nh3

VOID = {"br", "col", "embed", "hr", "img", "param", "source", "track", "wbr"}

# Read because they say something about the content, though no block may keep them.
EXTRA_TAGS = {"acronym", "center", "dir", "embed", "font", "main", "nav", "object", "param"}
EXTRA_TAGS |= {"picture", "strike", "tt"}
EXTRA_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title"},
    "div": {"data-classic", "style"},
    "embed": {"src"},
    "object": {"data"},
    "param": {"name", "value"},
    "pre": {"data-enlighter-language"},
}

# Names that HTML has given up, and what they are called now.
RENAMED = {"acronym": "abbr", "dir": "ul", "strike": "s", "tt": "code"}

# Deeper than any text; beyond it elements are dropped and their content is kept.
MAX_DEPTH = 100

BLOCK_LEVEL = {"address", "article", "aside", "blockquote", "center", "dd", "details", "div"}
BLOCK_LEVEL |= {"dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"}
BLOCK_LEVEL |= {"header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary"}
BLOCK_LEVEL |= {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def has_class(self, name: str) -> bool:
        return name in self.classes

    def descendants(self) -> "Iterator[Element]":
        """All elements inside, in the order of the document."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.descendants()

    def find(self, *names: str) -> "Element | None":
        return next((element for element in self.descendants() if element.name in names), None)

    def contains(self, names: set[str]) -> bool:
        return self.name in names or any(child.name in names for child in self.descendants())

    def without(self, *removed: "Element") -> "Element":
        """A copy of the element that lacks the given descendants."""
        children: list[Node] = []
        for child in self.children:
            if isinstance(child, str):
                children.append(child)
            elif not any(child is element for element in removed):
                children.append(child.without(*removed))
        return Element(self.name, self.attributes, children)


Node = Element | str


def parse(html: str) -> list[Node]:
    """The nodes of an HTML fragment.

    Raises:
        ImproperlyConfigured: nh3 (extra ``[import]``) is not installed.
    """
    builder = _TreeBuilder()
    builder.feed(_normaliser().clean(html))
    builder.close()
    return builder.root.children


def text_of(nodes: "Node | list[Node]") -> str:
    """The text, without markup; a line break counts as a new line."""
    if isinstance(nodes, str):
        return nodes
    if isinstance(nodes, Element):
        if nodes.name == "br":
            return "\n"
        text = text_of(nodes.children)
        return f"\n{text}\n" if nodes.name in BLOCK_LEVEL else text
    return "".join(text_of(node) for node in nodes)


def one_line(nodes: "Node | list[Node]") -> str:
    """The text with every run of white space as one space."""
    return " ".join(text_of(nodes).split())


def is_blank(node: Node) -> bool:
    """White space, a line break, or an inline element around nothing else."""
    if isinstance(node, str):
        return not node.strip()
    if node.name in VOID:
        return node.name in {"br", "wbr"}
    return node.name not in {"iframe", "audio", "video", "object"} and all(
        map(is_blank, node.children)
    )


def is_inline(node: Node) -> bool:
    return isinstance(node, str) or not node.contains(BLOCK_LEVEL)


def to_html(nodes: "Node | list[Node]") -> str:
    if isinstance(nodes, str):
        return escape(nodes, quote=False)
    if isinstance(nodes, list):
        return "".join(to_html(node) for node in nodes)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in nodes.attributes.items())
    if nodes.name in VOID:
        return f"<{nodes.name}{attributes}>"
    return f"<{nodes.name}{attributes}>{to_html(nodes.children)}</{nodes.name}>"


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self._too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = RENAMED.get(tag, tag)
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self._open[-1].children.append(element)
        elif self._too_deep or len(self._open) > MAX_DEPTH:
            self._too_deep += 1
        else:
            self._open[-1].children.append(element)
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._open) > 1 and self._open[-1].name == RENAMED.get(tag, tag):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@cache
def _normaliser() -> Any:
    attributes = {name: set(names) for name, names in ATTRIBUTES.items()}
    for name, names in EXTRA_ATTRIBUTES.items():
        attributes[name] = attributes.get(name, set()) | names
    return require_nh3().Cleaner(
        tags=TAGS | EXTRA_TAGS,
        clean_content_tags=CONTENT_REMOVED,
        attributes=attributes,
        url_schemes=URL_SCHEMES | {"data"},
        link_rel=None,
    )

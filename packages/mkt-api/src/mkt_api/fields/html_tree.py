"""HTML as a tree, for clients that show it by components of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"br", "hr", "img", "embed", "source", "input", "wbr", "col", "track", "area"})
# Deeper nesting is flattened: no editor makes it, and readers recurse.
MAX_DEPTH = 50


@dataclass(slots=True)
class Node:
    """An element, or a text (then ``tag`` is empty)."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def as_json(self) -> Any:
        """``"text"`` or ``{"tag": "p", "attributes": {…}, "children": […]}``."""
        if not self.tag:
            return self.text
        return {
            "tag": self.tag,
            "attributes": self.attributes,
            "children": [child.as_json() for child in self.children],
        }


def parse(html: str) -> list[Node]:
    """The nodes of a piece of HTML; whatever is malformed is made the best of."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root.children


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID and len(self.open) < MAX_DEPTH:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(Node("", text=data))

"""Lexical, what Ghost's editor of today stores, as HTML. Nothing here is trusted: the HTML is cleaned afterwards."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

from .cards import card_html

# Bits of "format".
FORMATS = ((1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup"))
MAX_DEPTH = 60
_BLOCKS = {"paragraph": "p", "quote": "blockquote", "aside": "blockquote"}


class LexicalRenderer:
    """Renders one document; ``unknown`` has the names of cards that only Ghost can fill."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def html(self, document: str) -> str:
        """HTML of a stored document, "" for what is none."""
        try:
            root = json.loads(document).get("root")
        except (ValueError, AttributeError, RecursionError):
            return ""
        return self._children(root, 0)

    def _children(self, node: Any, depth: int) -> str:
        children = node.get("children") if isinstance(node, dict) else None
        if not isinstance(children, list) or depth > MAX_DEPTH:
            return ""
        return "".join(self._node(child, depth + 1) for child in children)

    def _node(self, node: Any, depth: int) -> str:
        if not isinstance(node, dict) or not isinstance(node.get("type"), str):
            return ""
        name = node["type"].removeprefix("extended-")
        inside: Callable[[], str] = lambda: self._children(node, depth)  # noqa: E731
        if name == "text":
            return _text(node)
        if name == "linebreak":
            return "<br>"
        if name in {"link", "autolink"}:
            return f'<a href="{escape(str(node.get("url") or ""))}">{inside()}</a>'
        if name in _BLOCKS:
            return f"<{_BLOCKS[name]}>{inside()}</{_BLOCKS[name]}>"
        if name == "heading":
            tag = (
                node.get("tag") if node.get("tag") in {"h1", "h2", "h3", "h4", "h5", "h6"} else "h2"
            )
            return f"<{tag}>{inside()}</{tag}>"
        if name == "list":
            tag = "ol" if node.get("listType") == "number" else "ul"
            return f"<{tag}>{inside()}</{tag}>"
        if name == "listitem":
            return f"<li>{inside()}</li>"
        return self._card(name, node, depth)

    def _card(self, name: str, node: dict[str, Any], depth: int) -> str:
        html = card_html(name, node)
        if html is None:
            self.unknown.append(name[:40])
            return self._children(node, depth)
        return html


def _text(node: dict[str, Any]) -> str:
    html = escape(str(node.get("text") or ""), quote=False)
    bits = node.get("format")
    for bit, tag in FORMATS:
        if isinstance(bits, int) and bits & bit:
            html = f"<{tag}>{html}</{tag}>"
    return html

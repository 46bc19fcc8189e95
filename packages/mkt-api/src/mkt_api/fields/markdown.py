"""HTML of the rich text editor as CommonMark."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .html_tree import Node

_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_BLANKS = re.compile(r"\s+")
_AT_LINE_START = re.compile(r"^(\s*)(#{1,6}\s|[-+]\s|\d+[.)]\s)", re.MULTILINE)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BLOCKS = frozenset(
    {"p", "ul", "ol", "li", "blockquote", "hr", "pre", "div", "figure", "table", *_HEADINGS}
)


def markdown_of(nodes: Iterable[Node]) -> str:
    """The nodes as Markdown, paragraphs a blank line apart; embedded media become links or images."""
    return "\n\n".join(_blocks(nodes)).strip()


def _blocks(nodes: Iterable[Node]) -> list[str]:
    found: list[str] = []
    inline: list[Node] = []

    def flush() -> None:
        if text := _inline(inline).strip():
            found.append(_AT_LINE_START.sub(_escaped_start, text))
        inline.clear()

    for node in nodes:
        if node.tag in _BLOCKS:
            flush()
            if text := _block(node):
                found.append(text)
        else:
            inline.append(node)
    flush()
    return found


def _escaped_start(match: re.Match[str]) -> str:
    marker = match[2]
    return f"{match[1]}{marker[:-2]}\\{marker[-2:]}" if marker[0].isdigit() else f"\\{match[0]}"


def _block(node: Node) -> str:
    if node.tag in _HEADINGS:
        return f"{_HEADINGS[node.tag]} {_inline(node.children).strip()}"
    if node.tag == "hr":
        return "---"
    if node.tag == "pre":
        return f"```\n{_text(node).rstrip()}\n```"
    if node.tag in ("ul", "ol"):
        return _list(node)
    text = "\n\n".join(_blocks(node.children))
    if node.tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return text


def _list(node: Node) -> str:
    lines = []
    for number, item in enumerate((c for c in node.children if c.tag == "li"), start=1):
        marker = f"{number}. " if node.tag == "ol" else "- "
        indent = " " * len(marker)
        text = "\n".join(_blocks(item.children))
        lines.append(marker + text.replace("\n", f"\n{indent}"))
    return "\n".join(lines)


def _inline(nodes: Iterable[Node]) -> str:
    return "".join(map(_span, nodes))


def _span(node: Node) -> str:
    if not node.tag:
        return _SPECIAL.sub(r"\\\1", _BLANKS.sub(" ", node.text))
    if node.tag == "br":
        return "\\\n"
    if node.tag == "code":
        return f"`{_text(node)}`"
    if node.tag == "img":
        alt = _SPECIAL.sub(r"\\\1", node.attributes.get("alt", ""))
        return f"![{alt}]({_address(node.attributes.get('src', ''))})"
    if node.tag == "iframe":
        return f"<{_address(node.attributes.get('src', ''))}>"
    inner = _inline(node.children)
    if node.tag == "a" and (href := node.attributes.get("href")):
        return f"[{inner}]({_address(href)})"
    mark = _MARKS.get(node.tag)
    if mark and inner.strip():
        # The marks must stand next to the words.
        start, end = len(inner) - len(inner.lstrip()), len(inner.rstrip())
        return f"{inner[:start]}{mark}{inner[start:end]}{mark}{inner[end:]}"
    return inner


def _text(node: Node) -> str:
    return node.text if not node.tag else "".join(map(_text, node.children))


def _address(url: str) -> str:
    return re.sub(r"[\s()<>]", lambda match: f"%{ord(match[0]):02X}", url)

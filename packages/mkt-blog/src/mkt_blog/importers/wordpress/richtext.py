"""Inline elements and lists, in the HTML that Wagtail stores for rich text."""

import re
from html import escape

from .autop import trim
from .tree import Element, Node, is_blank

_SPACE = re.compile(r"[ \t\r\n\f]+")

# What an element of the source becomes; any other gives only its content.
INLINE = {
    **dict.fromkeys(("strong", "b"), "b"),
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "i"),
    **dict.fromkeys(("del", "s"), "s"),
    **dict.fromkeys(("code", "kbd", "samp"), "code"),
    "sub": "sub",
    "sup": "sup",
}

# Elements that would lose something in rich text: what holds one goes into an HTML block.
BEYOND_RICH_TEXT = {
    "audio",
    "blockquote",
    "details",
    "dl",
    "embed",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
}
BEYOND_RICH_TEXT |= {"h5", "h6", "iframe", "img", "object", "pre", "ruby", "table", "video"}


def is_rich(node: Node) -> bool:
    """Whether rich text can hold all of it."""
    if isinstance(node, str):
        return True
    if node.name in BEYOND_RICH_TEXT or _is_explained(node):
        return False
    return all(map(is_rich, node.children))


def inline(nodes: list[Node]) -> str:
    """Inline content; white space is folded as a browser folds it."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(escape(_fold(node), quote=False))
        else:
            parts.append(_inline_element(node, after=parts[-1] if parts else ""))
    return "".join(parts)


def paragraph(nodes: list[Node]) -> str:
    """``<p>…</p>``, or nothing for a paragraph of nothing but space."""
    if all(map(is_blank, nodes)):
        return ""
    return f"<p>{_without_last_breaks(inline(trim(nodes)))}</p>"


def bullet_list(element: Element) -> str:
    items = "".join(map(_list_item, _items(element)))
    name = "ol" if element.name == "ol" else "ul"
    return f"<{name}>{items}</{name}>" if items else ""


def _inline_element(element: Element, *, after: str) -> str:
    if element.name == "br":
        return "<br/>"
    content = inline(element.children)
    if element.name == "a":
        return _link(element, content, after)
    if element.name == "q":
        return f"“{content}”"
    name = INLINE.get(element.name)
    return f"<{name}>{content}</{name}>" if name and content.strip() else content


def _link(element: Element, content: str, after: str) -> str:
    address = element.attributes.get("href", "").strip()
    if not address or not content.strip():
        return content
    # Two buttons side by side would run together as text.
    gap = " " if after.endswith("</a>") else ""
    return f'{gap}<a href="{escape(address)}">{content}</a>'


def _items(element: Element) -> list[Element]:
    """The items; what stands between them by mistake becomes an item as well."""
    items: list[Element] = []
    for child in element.children:
        if isinstance(child, Element) and child.name == "li":
            items.append(child)
        elif isinstance(child, Element) and child.name in {"ul", "ol"} and items:
            items[-1] = Element("li", {}, [*items[-1].children, child])
        elif not is_blank(child):
            items.append(Element("li", {}, [child]))
    return items


def _list_item(item: Element) -> str:
    lines: list[str] = [""]
    nested = ""
    for child in item.children:
        if isinstance(child, Element) and child.name in {"ul", "ol"}:
            nested += bullet_list(child)
        elif isinstance(child, Element) and child.name in {"p", "div"}:
            lines += [inline(child.children).strip(), ""]
        else:
            lines[-1] += inline([child])
    text = _without_last_breaks("<br/>".join(line.strip() for line in lines if line.strip()))
    return f"<li>{text}{nested}</li>" if text or nested else ""


def _fold(text: str) -> str:
    # A no-break space is not white space here.
    return _SPACE.sub(" ", text)


def _without_last_breaks(html: str) -> str:
    html = html.strip()
    while html.endswith("<br/>"):
        html = html.removesuffix("<br/>").rstrip()
    return html


def _is_explained(element: Element) -> bool:
    return element.name == "abbr" and bool(element.attributes.get("title"))

"""Line breaks of the classic editor.

It saves a text without paragraphs: an empty line ends one, a single new line is a line break, and
WordPress adds the markup whenever it shows the post. The same is done here, on the tree.
"""

import re

from .tree import Element, Node, is_inline

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
# Begun only where the white space begins: any of its places would be tried otherwise.
_LINE_BREAK = re.compile(r"(?<![^\S\n])[^\S\n]*\n\s*")


def split_paragraphs(run: list[Node]) -> list[list[Node]]:
    """Cut a run of text and inline elements at its empty lines.

    An inline element that goes across an empty line continues in the next paragraph.
    """
    paragraphs: list[list[Node]] = [[]]
    for node in run:
        pieces = _split(node)
        paragraphs[-1].append(pieces[0])
        paragraphs.extend([piece] for piece in pieces[1:])
    return paragraphs


def break_lines(run: list[Node]) -> list[Node]:
    """Put a ``<br>`` for each new line, except beside one that is there already."""
    broken: list[Node] = []
    for node in run:
        if isinstance(node, Element):
            broken.append(_break_inside(node))
        else:
            broken.extend(_break_text(node, after_break=_ends_with_break(broken)))
    return trim(broken)


def break_all_lines(element: Element) -> Element:
    """The same in every part of an element that holds text directly: cells, items, captions."""
    if element.name == "pre":
        return element
    children: list[Node] = []
    run: list[Node] = []
    for child in element.children:
        if isinstance(child, Element) and not is_inline(child):
            children += [*break_lines(run), break_all_lines(child)]
            run = []
        else:
            run.append(child)
    return Element(element.name, element.attributes, [*children, *break_lines(run)])


def _split(node: Node) -> list[Node]:
    if isinstance(node, str):
        return list(_BLANK_LINES.split(node))
    if node.name == "pre":
        return [node]
    inner = split_paragraphs(node.children)
    if len(inner) == 1:
        return [node]
    return [Element(node.name, node.attributes, children) for children in inner]


def _break_inside(node: Element) -> Element:
    if node.name == "pre":
        return node
    children: list[Node] = []
    for child in node.children:
        if isinstance(child, Element):
            children.append(_break_inside(child))
        else:
            children.extend(_break_text(child, after_break=_ends_with_break(children)))
    return Element(node.name, node.attributes, children)


def _break_text(text: str, *, after_break: bool) -> list[Node]:
    if after_break:
        text = text.lstrip("\n")
    first, *others = _LINE_BREAK.split(text)
    nodes: list[Node] = [first]
    for line in others:
        nodes += [Element("br"), line]
    return nodes


def _ends_with_break(nodes: list[Node]) -> bool:
    return bool(nodes) and isinstance(nodes[-1], Element) and nodes[-1].name == "br"


def trim(nodes: list[Node]) -> list[Node]:
    """Without the breaks and the white space at both ends."""
    start, end = 0, len(nodes)
    while start < end and _is_gap(nodes[start]):
        start += 1
    while end > start and _is_gap(nodes[end - 1]):
        end -= 1
    return nodes[start:end]


def _is_gap(node: Node) -> bool:
    return not node.strip() if isinstance(node, str) else node.name == "br"

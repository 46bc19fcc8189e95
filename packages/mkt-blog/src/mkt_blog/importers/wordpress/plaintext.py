"""Quotations, listings and lines: what of the tree becomes plain text."""

import re

from .autop import split_paragraphs
from .tree import Element, Node, is_blank, one_line, text_of

_LANGUAGE = re.compile(r"(?:lang(?:uage)?[-:]|brush:\s*)([\w+#-]+)", re.IGNORECASE)
LANGUAGE_MAX_LENGTH = 40


def quotation(element: Element, *, classic: bool) -> tuple[str, str]:
    """The words of a ``<blockquote>``, with an empty line between paragraphs, and the speaker."""
    source = element.find("cite", "footer")
    # A work that is named in the middle of a sentence is not the speaker.
    if source is None or not one_line(element).endswith(one_line(source)):
        return _paragraphs(element, classic=classic), ""
    return _paragraphs(element.without(source), classic=classic), one_line(source)


def listing(element: Element) -> str:
    """The text of a ``<pre>`` with every space of it, without empty lines around it."""
    code = text_of(element.children).strip("\n")
    return code if code.strip() else ""


def language(element: Element) -> str:
    """What a listing is written in, as far as the usual plugins note it; lower case, or ""."""
    code = element.find("code")
    names = " ".join(part.attributes.get("class", "") for part in (element, code) if part)
    match = _LANGUAGE.search(names)
    found = match[1] if match else element.attributes.get("data-enlighter-language", "")
    return found.lower()[:LANGUAGE_MAX_LENGTH]


def is_listing(element: Element) -> bool:
    """A ``<pre>``, or a ``<code>`` of several lines: nobody means those to run on."""
    if element.name == "code":
        return "\n" in text_of(element).strip()
    return element.name == "pre"


def lines(nodes: list[Node]) -> list[list[Node]]:
    """A paragraph cut at its line breaks, without empty lines."""
    cut: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Element) and node.name == "br":
            cut.append([])
        else:
            cut[-1].append(node)
    return [line for line in cut if not all(map(is_blank, line))]


def _paragraphs(element: Element, *, classic: bool) -> str:
    texts = [""]
    for node in element.children:
        if isinstance(node, Element) and node.name in {"p", "div", "section"}:
            texts += [_paragraphs(node, classic=classic), ""]
        else:
            first, *others = split_paragraphs([node]) if classic else [[node]]
            texts[-1] += text_of(first)
            texts += map(text_of, others)
    return "\n\n".join(text for text in map(_tidy, texts) if text)


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))

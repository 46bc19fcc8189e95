"""From an HTML tree to the blocks of a post's body."""

import re
from collections.abc import Callable
from typing import Any

from mkt_blog.html import clean_html, clean_rich_text

from . import media, richtext
from .autop import break_lines, split_paragraphs
from .tree import Element, Node, is_blank, is_inline, one_line, text_of, to_html

# Boxes that only lay things out: what is in them is content like any other.
TRANSPARENT = {"article", "aside", "center", "div", "footer", "header", "main", "nav", "section"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# With one of these inside, a quotation is more than the words that the quote block holds.
BEYOND_QUOTE = richtext.BEYOND_RICH_TEXT | {"a", "ul", "ol"}
_LANGUAGE = re.compile(r"(?:lang(?:uage)?[-:]|brush:\s*)([\w+#-]+)", re.IGNORECASE)

Block = dict[str, Any]


class BlockBuilder:
    """Collects the blocks of one body.

    Neighbouring paragraphs, lists and rules come together in one text block. ``embeddable`` says
    whether Wagtail can embed an address; ``base_url`` completes the addresses of pictures.
    """

    def __init__(self, *, embeddable: Callable[[str], bool], base_url: str = "") -> None:
        self.blocks: list[Block] = []
        self._embeddable = embeddable
        self._base_url = base_url
        self._rich: list[str] = []

    def build(self, nodes: list[Node], *, classic: bool) -> list[Block]:
        """The blocks of a body. ``classic``: new lines in the text mean something."""
        self._flow(nodes, classic=classic)
        self._flush()
        return self.blocks

    def _flow(self, nodes: list[Node], *, classic: bool) -> None:
        """Block-level elements one by one, and the runs of text between them."""
        run: list[Node] = []
        for node in nodes:
            if is_inline(node) and not self._stands_alone(node):
                run.append(node)
            else:
                self._text(run, classic=classic)
                run = []
                assert isinstance(node, Element)
                self._element(node, classic=classic)
        self._text(run, classic=classic)

    @staticmethod
    def _stands_alone(node: Node) -> bool:
        """Whether an inline element is content of its own rather than a part of a sentence."""
        if isinstance(node, str) or _is_abbreviated(node):
            return False
        return _is_listing(node) or not richtext.is_rich(node)

    def _element(self, element: Element, *, classic: bool) -> None:
        if element.name == "p":
            self._paragraph(element, classic=classic)
        elif element.name in HEADINGS:
            self._heading(element)
        elif element.name in {"ul", "ol"}:
            self._list(element, classic=classic)
        elif element.name == "blockquote":
            self._quote(element, classic=classic)
        elif element.name == "pre" or _is_listing(element):
            self._preformatted(element)
        elif element.name == "hr":
            self._rich.append("<hr/>")
        elif element.name == "figure":
            self._figure(element)
        elif element.name in {"iframe", "object", "embed"}:
            self._frame(element)
        elif element.name in TRANSPARENT:
            self._box(element, classic=classic)
        elif element.name in {"img", "picture", "a"} and element.contains({"img"}):
            self._html(media.figure(element))
        elif element.name in {"audio", "video"}:
            self._html(Element("figure", {}, [element]))
        elif is_inline(element) and not richtext.is_rich(element):
            self._inline_with_media(element, classic=classic)
        else:
            self._html(element, classic=classic)

    def _box(self, element: Element, *, classic: bool) -> None:
        if address := media.cover_picture(element):
            self._html(Element("figure", {}, [Element("img", {"src": address, "alt": ""})]))
        self._flow(element.children, classic=classic or "data-classic" in element.attributes)

    def _text(self, run: list[Node], *, classic: bool) -> None:
        for paragraph in split_paragraphs(run) if classic else [run]:
            self._sentence(break_lines(paragraph) if classic else paragraph)

    def _paragraph(self, element: Element, *, classic: bool) -> None:
        self._flow(element.children, classic=classic)

    def _sentence(self, nodes: list[Node]) -> None:
        """One paragraph; an address alone on a line is an embed, as in WordPress."""
        if all(map(is_blank, nodes)):
            return
        lines = _lines(nodes)
        if any(self._can_embed(media.lone_address(line)) for line in lines):
            for line in lines:
                self._line(line)
        elif all(map(richtext.is_rich, nodes)):
            self._line(nodes)
        else:
            self._html(Element("p", {}, nodes))

    def _line(self, nodes: list[Node]) -> None:
        address = media.lone_address(nodes)
        if self._can_embed(address):
            self._add("embed", {"url": address, "caption": ""})
        elif address:
            self._rich.append(richtext.paragraph([Element("a", {"href": address}, [address])]))
        else:
            self._rich.append(richtext.paragraph(nodes))

    def _heading(self, element: Element) -> None:
        if element.contains({"img", "a", "iframe", "video", "audio"}):
            self._html(element)
        elif text := one_line(element):
            self._add("heading", {"text": text, "level": HEADINGS[element.name]})

    def _list(self, element: Element, *, classic: bool) -> None:
        if richtext.is_rich(element):
            self._rich.append(richtext.bullet_list(_broken(element) if classic else element))
        else:
            self._html(element, classic=classic)

    def _quote(self, element: Element, *, classic: bool) -> None:
        if any(
            child.name in BEYOND_QUOTE or _is_abbreviated(child) for child in element.descendants()
        ):
            self._html(element, classic=classic)
            return
        source = element.find("cite", "footer")
        # A work that is named in the middle of a sentence is not the speaker.
        if source and not _is_last(source, element):
            source = None
        text = _plain_paragraphs(element.without(source) if source else element, classic=classic)
        if text:
            attribution = one_line(source) if source else ""
            self._add("quote", {"text": text, "attribution": attribution})
        elif source:
            self._rich.append(richtext.paragraph([source]))

    def _preformatted(self, element: Element) -> None:
        if element.has_class("wp-block-verse") or element.contains({"img", "a", "iframe"}):
            self._html(element)
        elif (code := text_of(element.children).strip("\n")).strip():
            self._add("code", {"language": _language(element), "code": code})

    def _figure(self, element: Element) -> None:
        caption = element.find("figcaption")
        inside = element.without(caption).children if caption else element.children
        address = media.lone_address(inside) or self._framed(element, inside)
        if address:
            self._embed_figure(address, caption)
        elif element.contains({"img", "table", "audio", "video", "iframe"}):
            self._html(media.flat_gallery(element))
        else:
            self._flow(inside, classic=False)
            self._caption(caption)

    def _framed(self, figure: Element, inside: list[Node]) -> str:
        """The address in the frame that a figure is all about, if it can be embedded."""
        frame = figure.find("iframe", "object", "embed")
        if frame is None or text_of(inside).strip():
            return ""
        address = media.frame_address(frame)
        return address if self._can_embed(address) else ""

    def _embed_figure(self, address: str, caption: Element | None) -> None:
        if not self._can_embed(address):
            self._rich.append(richtext.paragraph([Element("a", {"href": address}, [address])]))
            self._caption(caption)
        elif caption and caption.contains({"a"}):
            # The caption of an embed is plain text: one with a link becomes a paragraph.
            self._add("embed", {"url": address, "caption": ""})
            self._caption(caption)
        else:
            self._add("embed", {"url": address, "caption": one_line(caption) if caption else ""})

    def _caption(self, caption: Element | None) -> None:
        if caption:
            self._flow(caption.children, classic=False)

    def _frame(self, element: Element) -> None:
        address = media.frame_address(element)
        if self._can_embed(address):
            self._add("embed", {"url": address, "caption": ""})
        elif element.name == "iframe":
            self._html(element)
        elif address:
            self._rich.append(richtext.paragraph([Element("a", {"href": address}, [address])]))
        if element.name != "iframe":
            self._flow(
                [child for child in element.children if text_of(child).strip()], classic=False
            )

    def _inline_with_media(self, element: Element, *, classic: bool) -> None:
        """A picture inside of emphasis, say: alone it stands for itself, else all stays HTML."""
        if not text_of(element).strip():
            self._flow(element.children, classic=classic)
        else:
            self._html(element, classic=classic)

    def _html(self, element: Element, *, classic: bool = False) -> None:
        if classic:
            element = _broken(element)
        media.prepare(element, self._base_url)
        html = clean_html(to_html(element)).strip()
        if text_of(element).strip() or element.contains({"img", "audio", "video", "iframe"}):
            self._add("html", html)

    def _can_embed(self, address: str) -> bool:
        return bool(address) and self._embeddable(address)

    def _add(self, kind: str, value: Any) -> None:
        self._flush()
        self.blocks.append({"type": kind, "value": value})

    def _flush(self) -> None:
        html = clean_rich_text("".join(self._rich))
        self._rich = []
        if html:
            self.blocks.append({"type": "paragraph", "value": html})


def _lines(nodes: list[Node]) -> list[list[Node]]:
    lines: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Element) and node.name == "br":
            lines.append([])
        else:
            lines[-1].append(node)
    return [line for line in lines if not all(map(is_blank, line))]


def _broken(element: Element) -> Element:
    """With a line break for each new line, where the element holds text directly."""
    children: list[Node] = []
    run: list[Node] = []
    for child in element.children:
        if is_inline(child):
            run.append(child)
            continue
        children += [*break_lines(run), _broken(child) if isinstance(child, Element) else child]
        run = []
    if element.name == "pre":
        return element
    return Element(element.name, element.attributes, [*children, *break_lines(run)])


def _is_abbreviated(element: Element) -> bool:
    return element.contains({"abbr"})


def _is_listing(element: Element) -> bool:
    """Whether ``<code>`` holds several lines: nobody means them to run on."""
    return element.name == "code" and "\n" in text_of(element).strip()


def _is_last(part: Element, whole: Element) -> bool:
    """Whether no words come after ``part``."""
    return one_line(whole).endswith(one_line(part))


def _plain_paragraphs(element: Element, *, classic: bool) -> str:
    """Plain text with an empty line between paragraphs."""
    paragraphs: list[str] = []
    for node in element.children:
        if isinstance(node, Element) and node.name in TRANSPARENT | {"p"}:
            paragraphs.append(_plain_paragraphs(node, classic=classic))
        elif classic:
            pieces = [text_of(piece) for piece in split_paragraphs([node])]
            paragraphs = [*paragraphs[:-1], "".join(paragraphs[-1:]) + pieces[0], *pieces[1:]]
        else:
            paragraphs = [*paragraphs[:-1], "".join(paragraphs[-1:]) + text_of(node)]
    tidy = (
        "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
        for text in paragraphs
    )
    return "\n\n".join(text for text in tidy if text)


def _language(element: Element) -> str:
    code = element.find("code")
    names = " ".join(part.attributes.get("class", "") for part in (element, code) if part)
    if match := _LANGUAGE.search(names):
        return match[1].lower()[:40]
    return element.attributes.get("data-enlighter-language", "").lower()[:40]

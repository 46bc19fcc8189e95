"""From an HTML tree to the blocks of a post's body."""

from collections.abc import Callable
from typing import Any

from mkt_blog.html import clean_html, clean_rich_text

from . import media, plaintext, richtext
from .autop import break_all_lines, break_lines, split_paragraphs
from .tree import Element, Node, is_blank, is_inline, one_line, text_of, to_html

# Boxes that only lay things out: what is in them is content like any other.
TRANSPARENT = {
    "article",
    "aside",
    "center",
    "div",
    "footer",
    "header",
    "main",
    "nav",
    "p",
    "section",
}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
MEDIA = {"audio", "iframe", "img", "video"}
# With one of these inside, a quotation is more than the words that the quote block holds.
BEYOND_QUOTE = richtext.BEYOND_RICH_TEXT | {"a", "abbr", "ol", "ul"}

Block = dict[str, Any]


class BlockBuilder:
    """Collects the blocks of one body.

    Neighbouring paragraphs, lists and rules come together in one text block. In ``classic``
    content, new lines in the text mean something. ``embeddable`` says whether Wagtail can embed an
    address; ``base_url`` completes the addresses of pictures.
    """

    def __init__(
        self, *, classic: bool, embeddable: Callable[[str], bool], base_url: str = ""
    ) -> None:
        self._blocks: list[Block] = []
        self._rich: list[str] = []
        self._classic = classic
        self._embeddable = embeddable
        self._base_url = base_url

    def build(self, nodes: list[Node]) -> list[Block]:
        self._flow(nodes)
        self._flush()
        return self._blocks

    def _flow(self, nodes: list[Node]) -> None:
        """Block-level elements one by one, and the runs of text between them."""
        run: list[Node] = []
        for node in nodes:
            if isinstance(node, Element) and _stands_alone(node):
                self._text(run)
                run = []
                self._element(node)
            else:
                run.append(node)
        self._text(run)

    def _element(self, element: Element) -> None:
        if element.name in TRANSPARENT:
            self._box(element)
        elif element.name in HEADINGS:
            self._heading(element)
        elif plaintext.is_listing(element):
            self._listing(element)
        elif handle := _HANDLERS.get(element.name):
            handle(self, element)
        elif is_inline(element) and not text_of(element).strip():
            # Emphasis, say, around nothing but a picture.
            self._flow(element.children)
        else:
            self._html(element)

    def _box(self, element: Element) -> None:
        outside = self._classic
        self._classic = outside or "data-classic" in element.attributes
        if address := media.cover_picture(element):
            self._html(Element("figure", {}, [Element("img", {"src": address, "alt": ""})]))
        self._flow(element.children)
        self._classic = outside

    def _text(self, run: list[Node]) -> None:
        if not self._classic:
            self._paragraph(run)
            return
        for paragraph in split_paragraphs(run):
            self._paragraph(break_lines(paragraph))

    def _paragraph(self, nodes: list[Node]) -> None:
        """One paragraph; an address alone on a line is an embed, as in WordPress."""
        if all(map(is_blank, nodes)):
            return
        lines = plaintext.lines(nodes)
        if any(self._can_embed(media.lone_address(line)) for line in lines):
            for line in lines:
                self._line(line)
        elif all(map(richtext.is_rich, nodes)):
            self._line(nodes)
        else:
            self._html(Element("p", {}, nodes))

    def _line(self, nodes: list[Node]) -> None:
        if address := media.lone_address(nodes):
            self._address(address)
        else:
            self._rich.append(richtext.paragraph(nodes))

    def _address(self, address: str, caption: str = "") -> None:
        """Something of another site: an embed if Wagtail knows how, else a link."""
        if self._can_embed(address):
            self._add("embed", {"url": address, "caption": caption})
        else:
            self._rich.append(richtext.paragraph([Element("a", {"href": address}, [address])]))

    def _heading(self, element: Element) -> None:
        if element.contains(MEDIA | {"a"}):
            self._html(element)
        elif text := one_line(element):
            self._add("heading", {"text": text, "level": HEADINGS[element.name]})

    def _list(self, element: Element) -> None:
        if richtext.is_rich(element):
            element = break_all_lines(element) if self._classic else element
            self._rich.append(richtext.bullet_list(element))
        else:
            self._html(element)

    def _rule(self, element: Element) -> None:
        self._rich.append("<hr/>")

    def _quote(self, element: Element) -> None:
        if any(child.name in BEYOND_QUOTE for child in element.descendants()):
            self._html(element)
            return
        text, attribution = plaintext.quotation(element, classic=self._classic)
        if text:
            self._add("quote", {"text": text, "attribution": attribution})
        elif attribution:
            self._paragraph([attribution])

    def _listing(self, element: Element) -> None:
        if element.has_class("wp-block-verse") or element.contains(MEDIA | {"a"}):
            self._html(element)
        elif code := plaintext.listing(element):
            self._add("code", {"language": plaintext.language(element), "code": code})

    def _figure(self, element: Element) -> None:
        caption = element.find("figcaption")
        inside = element.without(caption).children if caption else element.children
        address = media.lone_address(inside) or self._framed(element, inside)
        if not address and element.contains(MEDIA | {"table"}):
            self._html(media.flat_gallery(element))
        elif self._can_embed(address) and not (caption and caption.contains({"a"})):
            self._address(address, one_line(caption) if caption else "")
        else:
            # The caption of an embed is plain text: one with a link becomes a paragraph.
            self._flow([address] if address else inside)
            self._flow(caption.children if caption else [])

    def _framed(self, figure: Element, inside: list[Node]) -> str:
        """The address in the frame that a figure is all about, if it can be embedded."""
        frame = figure.find("iframe", "object", "embed")
        if frame is None or text_of(inside).strip():
            return ""
        address = media.frame_address(frame)
        return address if self._can_embed(address) else ""

    def _frame(self, element: Element) -> None:
        address = media.frame_address(element)
        if element.name == "iframe" and address and not self._can_embed(address):
            self._html(element)
        elif address:
            self._address(address)
        if element.name == "object":
            # What is shown where the plugin is missing.
            self._flow([child for child in element.children if text_of(child).strip()])

    def _picture(self, element: Element) -> None:
        self._html(media.figure(element))

    def _link(self, element: Element) -> None:
        if element.contains({"img"}):
            self._picture(element)
        else:
            self._html(element)

    def _player(self, element: Element) -> None:
        self._html(Element("figure", {}, [element]))

    def _html(self, element: Element) -> None:
        if self._classic:
            element = break_all_lines(element)
        media.prepare(element, self._base_url)
        html = clean_html(to_html(element)).strip()
        if text_of(element).strip() or element.contains(MEDIA):
            self._add("html", html)

    def _can_embed(self, address: str) -> bool:
        return bool(address) and self._embeddable(address)

    def _add(self, kind: str, value: Any) -> None:
        self._flush()
        self._blocks.append({"type": kind, "value": value})

    def _flush(self) -> None:
        html = clean_rich_text("".join(self._rich))
        self._rich = []
        if html:
            self._blocks.append({"type": "paragraph", "value": html})


def _stands_alone(element: Element) -> bool:
    """Whether an element is content of its own rather than a part of a sentence."""
    if not is_inline(element) or plaintext.is_listing(element):
        return True
    return not richtext.is_rich(element) and not element.contains({"abbr"})


_HANDLERS: dict[str, Callable[[BlockBuilder, Element], None]] = {
    "a": BlockBuilder._link,
    "audio": BlockBuilder._player,
    "blockquote": BlockBuilder._quote,
    "embed": BlockBuilder._frame,
    "figure": BlockBuilder._figure,
    "hr": BlockBuilder._rule,
    "iframe": BlockBuilder._frame,
    "img": BlockBuilder._picture,
    "object": BlockBuilder._frame,
    "ol": BlockBuilder._list,
    "picture": BlockBuilder._picture,
    "ul": BlockBuilder._list,
    "video": BlockBuilder._player,
}

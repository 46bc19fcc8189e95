"""Mobiledoc, what Ghost's editor stored before version 5, as HTML. The HTML is cleaned afterwards."""

import json
from html import escape
from typing import Any

from .cards import card_html

TEXT = 0
_MARKUPS = {"a", "b", "code", "del", "em", "i", "s", "strong", "sub", "sup", "u"}
_SECTIONS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", "pull-quote"}


class MobiledocRenderer:
    """Renders one document; ``unknown`` has the names of cards that only Ghost can fill."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def html(self, document: str) -> str:
        """HTML of a stored document, "" for what is none."""
        try:
            self._document = json.loads(document)
        except (ValueError, RecursionError):
            return ""
        if not isinstance(self._document, dict):
            return ""
        return "".join(self._section(section) for section in self._list("sections"))

    def _list(self, name: str) -> list[Any]:
        found = self._document.get(name)
        return found if isinstance(found, list) else []

    def _section(self, section: Any) -> str:
        match section:
            # Text, a picture, a list, a card; the numbers are those of the format.
            case [1, str(tag), list(markers), *_]:
                tag = tag.lower() if tag.lower() in _SECTIONS else "p"
                tag = "blockquote" if tag in {"aside", "pull-quote"} else tag
                return f"<{tag}>{self._markers(markers)}</{tag}>"
            case [2, str(source), *_]:
                return card_html("image", {"src": source}) or ""
            case [3, str(tag), list(items), *_]:
                tag = "ol" if tag.lower() == "ol" else "ul"
                lines = (self._markers(item) for item in items if isinstance(item, list))
                return f"<{tag}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"
            case [10, int(number), *_]:
                return self._card(number)
        return ""

    def _markers(self, markers: list[Any]) -> str:
        """Runs of text, each of which opens some markups and closes some."""
        html: list[str] = []
        opened: list[str] = []
        for marker in markers:
            match marker:
                case [int(kind), list(opens), int(closes), value, *_]:
                    for number in opens:
                        tag, attributes = self._markup(number)
                        opened.append(tag)
                        html.append(f"<{tag}{attributes}>" if tag else "")
                    html.append(
                        escape(str(value), quote=False) if kind == TEXT else self._atom(value)
                    )
                    for _number in range(min(closes, len(opened))):
                        tag = opened.pop()
                        html.append(f"</{tag}>" if tag else "")
        html += [f"</{tag}>" for tag in reversed(opened) if tag]
        return "".join(html)

    def _markup(self, number: Any) -> tuple[str, str]:
        markups = self._list("markups")
        if not isinstance(number, int) or not 0 <= number < len(markups):
            return "", ""
        match markups[number]:
            case [str(tag), ["href", str(address), *_]] if tag == "a":
                return "a", f' href="{escape(address)}"'
            case [str(tag), *_] if tag in _MARKUPS - {"a"}:
                return tag, ""
        return "", ""

    def _atom(self, number: Any) -> str:
        atoms = self._list("atoms")
        if isinstance(number, int) and 0 <= number < len(atoms):
            match atoms[number]:
                case ["soft-return", *_]:
                    return "<br>"
                case [_, str(value), *_]:
                    return escape(value, quote=False)
        return ""

    def _card(self, number: int) -> str:
        cards = self._list("cards")
        if not 0 <= number < len(cards):
            return ""
        match cards[number]:
            case [str(name), dict(payload), *_]:
                html = card_html(name, payload)
                if html is None:
                    self.unknown.append(name[:40])
                return html or ""
        return ""

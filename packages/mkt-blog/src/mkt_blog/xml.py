"""Writing XML 1.0 that every parser takes, whatever is in the texts."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

# https://www.w3.org/TR/xml/#charsets: everything below a space but tab and line ends, lone
# surrogates and two non-characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_control_characters(text: str) -> str:
    """``text`` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


class XmlWriter:
    """A document, element by element. Texts are escaped and never CDATA, so that ``]]>`` is a text like others."""

    def __init__(self) -> None:
        self._parts = ['<?xml version="1.0" encoding="utf-8"?>\n']
        self._open: list[str] = []

    def instruction(self, name: str, attributes: Mapping[str, str]) -> None:
        """``<?xml-stylesheet …?>``, before the first element."""
        self._parts.append(f"<?{name}{_attributes(attributes)}?>\n")

    def start(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        self._parts.append(f"<{name}{_attributes(attributes or {})}>")
        self._open.append(name)

    def end(self) -> None:
        """Close the element that was started last."""
        self._parts.append(f"</{self._open.pop()}>\n")

    def element(
        self, name: str, text: str = "", attributes: Mapping[str, str] | None = None
    ) -> None:
        """A whole element with nothing but a text in it."""
        head = f"{name}{_attributes(attributes or {})}"
        content = escape(without_control_characters(text))
        self._parts.append(f"<{head}>{content}</{name}>\n" if content else f"<{head}/>\n")

    def document(self) -> bytes:
        return "".join(self._parts).encode()


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(
        f" {name}={quoteattr(without_control_characters(str(value)))}"
        for name, value in attributes.items()
    )

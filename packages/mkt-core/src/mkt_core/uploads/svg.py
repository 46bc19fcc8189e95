"""SVG: cleaned by py-svg-hush, of the extra ``[svg]``; without it, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from .errors import UploadRefused

if TYPE_CHECKING:
    from collections.abc import Callable

# Pictures in a picture; an SVG in an SVG is not among them.
_EMBEDDED = {"image": ["png", "jpeg", "gif", "webp"]}
_MAX_DEPTH = 100
_MAX_ELEMENTS = 200_000
_MAX_ENTITY_BYTES = 300
_MAX_EXPANDED_BYTES = 10_000_000
_MAX_COPIES = 20_000


def is_available() -> bool:
    """Whether the extra is installed."""
    return _hush() is not None


def cleaned(data: bytes) -> bytes:
    """Shapes, text, styles and links, without scripts, event handlers, foreign content and addresses elsewhere.

    Raises:
        UploadRefused: it is no SVG, it would take too long to draw, or the extra is missing.
    """
    hush = _hush()
    if hush is None:
        raise UploadRefused(
            _(
                "SVG files cannot be checked here, so they are refused. An administrator can install mkt-core[svg]."
            ),
            code="svg_unavailable",
        )
    _Reader().read(data)
    try:
        return hush(data, keep_data_url_mime_types=_EMBEDDED)
    except ValueError as error:
        raise _damaged() from error


def _hush() -> Callable[..., bytes] | None:
    try:
        from py_svg_hush import filter_svg
    except ImportError:
        return None
    return filter_svg


class _Reader:
    """Depth, number of elements, entities and copies: what is small in a file and large when drawn."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.depth = self.elements = self.entities = 0
        # Copies (<use>) that an element with an id draws, all below it included.
        self.copies: dict[str, list[str]] = {"": []}

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise _damaged() from error
        longest = data.count(b"&") * _MAX_ENTITY_BYTES if self.entities else 0
        if longest > _MAX_EXPANDED_BYTES or self._drawn("", set()) > _MAX_COPIES:
            raise _too_complex()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.elements == 1 and name.split(":")[-1] != "svg":
            raise _damaged()
        if self.depth > _MAX_DEPTH or self.elements > _MAX_ELEMENTS:
            raise _too_complex()
        if "href" in attributes.get("attributeName", "").lower():
            # A link that becomes another one after it was looked at; py-svg-hush lets it through.
            raise UploadRefused(_("This SVG changes links while it is shown."), code="svg_script")
        self.open.append(attributes.get("id", ""))
        if name.split(":")[-1] == "use":
            # The prefix is the author's choice, and readers take spaces and escapes out of addresses.
            targets = {
                unquote(value).strip().removeprefix("#")
                for attribute, value in attributes.items()
                if attribute.split(":")[-1] == "href"
            }
            for identifier in {"", *self.open}:
                self.copies.setdefault(identifier, []).extend(targets)
            if len(self.copies[""]) > _MAX_COPIES:
                raise _too_complex()

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.open.pop()

    def _entity(self, name: str, is_parameter: int, value: str | None, *external: Any) -> None:
        """Illustrator writes short ones for namespaces. Entities in entities are how a page becomes a gigabyte."""
        self.entities += 1
        if is_parameter or value is None or "&" in value or len(value) > _MAX_ENTITY_BYTES:
            raise UploadRefused(
                _("This SVG defines entities, which can be used to attack other programs."),
                code="xml_entities",
            )

    def _drawn(self, identifier: str, above: set[str], total: int = 0) -> int:
        for target in self.copies.get(identifier, ()):
            total += 1
            if total > _MAX_COPIES or target in above or len(above) > _MAX_DEPTH:
                return _MAX_COPIES + 1
            if target:
                total = self._drawn(target, above | {target}, total)
        return total


def _damaged() -> UploadRefused:
    return UploadRefused(
        _("This file is damaged, or it is no %(kind)s image."),
        code="damaged",
        params={"kind": "SVG"},
    )


def _too_complex() -> UploadRefused:
    return UploadRefused(_("This SVG would take too long to draw."), code="svg_complex")

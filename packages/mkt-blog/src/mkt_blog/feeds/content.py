"""HTML that a feed reader may show: clean, complete, and independent of the page that it was on.

Readers show it among the texts of others, without our stylesheets and far from our address. So everything that runs,
everything that only makes sense on the page, and every class is left out, and all addresses are absolute.
"""

from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

# Left out with all that is in them.
_REMOVED = frozenset(
    ("script", "style", "template", "noscript", "svg", "math", "object", "embed", "applet", "form")
    + ("button", "select", "textarea", "input", "dialog", "head", "title", "nav")
)
_VOID = frozenset(("br", "hr", "img", "source", "track", "wbr", "col"))
# Void elements among those that are removed: nothing follows that would end them.
_REMOVED_VOID = frozenset(("embed", "input"))
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "details", "div", "dl", "figure", "footer")
    + ("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "ol", "p", "pre", "section", "table")
    + ("ul",)
)
_KEPT = (
    _VOID
    | _BLOCKS
    | frozenset(
        ("a", "abbr", "audio", "b", "bdi", "bdo", "caption", "cite", "code", "colgroup", "dd")
        + ("del", "dfn", "dt", "em", "figcaption", "i", "iframe", "ins", "kbd", "li", "mark")
        + ("picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub")
        + ("summary", "sup", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "var")
        + ("video",)
    )
)
_EVERYWHERE = frozenset(("id", "lang", "dir", "title"))
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset(("href", "rel", "hreflang")),
    "img": frozenset(("src", "srcset", "sizes", "alt", "width", "height")),
    "source": frozenset(("src", "srcset", "sizes", "type", "media")),
    "video": frozenset(("src", "poster", "controls", "width", "height")),
    "audio": frozenset(("src", "controls")),
    "track": frozenset(("src", "kind", "srclang", "label")),
    "iframe": frozenset(("src", "width", "height")),
    "blockquote": frozenset(("cite",)),
    "q": frozenset(("cite",)),
    "del": frozenset(("cite", "datetime")),
    "ins": frozenset(("cite", "datetime")),
    "time": frozenset(("datetime",)),
    "ol": frozenset(("start", "reversed", "type")),
    "li": frozenset(("value",)),
    "td": frozenset(("colspan", "rowspan", "headers")),
    "th": frozenset(("colspan", "rowspan", "headers", "scope")),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "details": frozenset(("open",)),
}
# A new one of these ends an open one of those, which may be left unclosed in HTML.
_ENDS = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "tr": ("td", "th", "tr"),
    "td": ("td", "th"),
    "th": ("td", "th"),
}
_ADDRESSES = frozenset(("href", "src", "poster", "cite"))
_LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_MEDIA_SCHEMES = frozenset(("http", "https"))
# What a page says to those who hear it, or shows only to those who point at it.
_UNSEEN_CLASSES = ("visually-hidden", "sr-only", "permalink")
# Frames of others get no rights in a reader.
_SANDBOX = "allow-scripts allow-popups"


# Of the texts in a few feeds: the same posts are in several, and most feeds say what they said before.
@lru_cache(maxsize=128)
def feed_html(html: str, base_url: str) -> str:
    """``html`` for a feed; every element in it is closed. Addresses are read from ``base_url``, which is absolute."""
    writer = _Writer(base_url)
    writer.feed(html)
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    """Writes every kept element anew, so that nothing of the source gets through as it is."""

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base_url = base_url
        self._parts: list[str] = []
        self._open: list[str] = []
        # The elements inside one that is left out, the outermost first.
        self._removed: list[str] = []

    def result(self) -> str:
        self._close_from(0)
        return "".join(self._parts).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._removed or tag in _REMOVED or _is_unseen(attrs):
            if tag not in _VOID and tag not in _REMOVED_VOID:
                self._removed.append(tag)
            return
        if tag not in _KEPT or ("pre" in self._open and tag != "code"):
            return
        written = self._attributes(tag, attrs)
        if written is None:
            return
        if tag in _BLOCKS and "p" in self._open:
            # As a browser does, who lets no block into a paragraph.
            self._close_from(self._open.index("p"))
        while self._open and self._open[-1] in _ENDS.get(tag, ()):
            self._close_from(len(self._open) - 1)
        self._parts.append(f"<{tag}{written}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # To HTML "<div/>" is "<div>"; only inside SVG, which is left out whole, it is closed.
        if not self._removed or tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._removed:
            if tag in self._removed:
                position = len(self._removed) - 1 - self._removed[::-1].index(tag)
                del self._removed[position:]
        elif tag in self._open:
            self._close_from(len(self._open) - 1 - self._open[::-1].index(tag))

    def handle_data(self, data: str) -> None:
        if self._removed:
            return
        if data.isspace() and "pre" not in self._open:
            # What templates leave between elements.
            data = "" if self._parts and self._parts[-1].isspace() else data[:1]
        if data:
            self._parts.append(escape(data, quote=False))

    def _close_from(self, position: int) -> None:
        while len(self._open) > position:
            self._parts.append(f"</{self._open.pop()}>")

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> str | None:
        """Written out; None if the element makes no sense without what had to go."""
        allowed = _ATTRIBUTES.get(tag, frozenset()) | _EVERYWHERE
        kept = {}
        for name, value in attrs:
            if name not in allowed or name in kept:
                continue
            clean = self._clean(tag, name, value or "")
            if clean is not None:
                kept[name] = clean
        if tag in ("img", "iframe") and "src" not in kept:
            return None
        if tag == "iframe":
            kept["sandbox"] = _SANDBOX
        if tag == "img":
            kept.setdefault("alt", "")
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())

    def _clean(self, tag: str, name: str, value: str) -> str | None:
        if name == "srcset":
            return self._srcset(value) or None
        if name not in _ADDRESSES:
            return value
        return self._absolute(value, _LINK_SCHEMES if tag == "a" else _MEDIA_SCHEMES)

    def _absolute(self, url: str, schemes: frozenset[str]) -> str | None:
        try:
            found = urljoin(self._base_url, url.strip())
            return found if urlsplit(found).scheme.lower() in schemes else None
        except ValueError:
            return None

    def _srcset(self, value: str) -> str:
        """Pairs of an address and a width or density; an address has no comma followed by a blank."""
        found = []
        for candidate in value.replace(",\n", ", ").split(", "):
            url, _, descriptor = candidate.strip().partition(" ")
            absolute = self._absolute(url, _MEDIA_SCHEMES) if url else None
            if absolute:
                found.append(f"{absolute} {descriptor.strip()}".strip())
        return ", ".join(found)


def _is_unseen(attrs: list[tuple[str, str | None]]) -> bool:
    values = dict(attrs)
    if "hidden" in values or values.get("aria-hidden") == "true":
        return True
    classes = values.get("class") or ""
    return any(name in classes for name in _UNSEEN_CLASSES)

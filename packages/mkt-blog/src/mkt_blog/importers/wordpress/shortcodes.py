"""WordPress's shortcodes: the known ones become HTML, the others stay as they are."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from .scanner import VERBATIM, Shortcode, find_outside_verbatim, find_shortcodes

_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s'"\]]+))|"([^"]*)"|(\S+)""")
_CODES = {"code", "sourcecode", "source", "php", "css", "html", "xml", "javascript", "js"}
_CODES |= {"python", "ruby", "sql", "bash", "java"}
_ENCLOSING = {"caption", "wp_caption", "embed"}

# After two opening brackets it is what an author wanted to show.
_CODE = re.compile(
    rf"{VERBATIM}|(?<!\[)\[(?P<name>{'|'.join(sorted(_CODES))})(?=[\s\]])", re.IGNORECASE
)
_KNOWN = re.compile(
    rf"{VERBATIM}|(?<!\[)\[(?P<name>(?:{'|'.join(sorted(_ENCLOSING))})\b"
    r"|(?:gallery|audio|video|youtube|vimeo)(?=[\s=\]]))",
    re.IGNORECASE,
)
_ANY = re.compile(
    rf"{VERBATIM}|\[(?P<escaped>\[)?/?(?P<name>[A-Za-z][\w-]*+)(?P<rest>[^\[\]<>]*)\]"
)
_END = re.compile(r"\[/([A-Za-z][\w-]*)\]")
_ESCAPED = re.compile(r"\[(\[[A-Za-z][^\[\]]*\])\]")
_AUDIO = ("src", "mp3", "m4a", "ogg", "wav", "wma")
_VIDEO = ("src", "mp4", "m4v", "webm", "ogv", "wmv", "flv")


@dataclass(frozen=True, slots=True)
class Picture:
    """An attachment, as far as a gallery needs it."""

    url: str
    alt: str = ""
    caption: str = ""


@dataclass(slots=True)
class Shortcodes:
    """Replaces the shortcodes of one post.

    ``gallery`` gives the pictures for a list of attachment ids, or those attached to the post
    when the list is empty. ``unknown`` and ``empty_galleries`` tell what a report should say.
    """

    gallery: Callable[[list[str]], list[Picture]]
    unknown: Counter[str] = field(default_factory=Counter)
    empty_galleries: int = 0

    def replace(self, content: str) -> str:
        content = _replace(content, find_shortcodes(content, _CODE, _CODES), _listing)
        content = _replace(content, find_shortcodes(content, _KNOWN, _ENCLOSING), self._known)
        self._note_unknown(content)
        return _ESCAPED.sub(r"\1", content)

    def _known(self, shortcode: Shortcode) -> str:
        if shortcode.name == "embed":
            return f"\n\n{shortcode.inner.strip()}\n\n"
        if shortcode.name in _ENCLOSING:
            return _caption(parse_attributes(shortcode.attributes), shortcode.inner)
        return self._single(shortcode.name, shortcode.attributes, shortcode.source)

    def _single(self, name: str, options: str, original: str) -> str:
        values = parse_attributes(options.lstrip("="))
        if name == "gallery":
            return self._gallery(values)
        if name in {"youtube", "vimeo"}:
            address = values.get("url") or values.get("id") or values.get("0", "")
            if name == "vimeo" and address.isdigit():
                address = f"https://vimeo.com/{address}"
            return f"\n\n{address}\n\n" if address.startswith("http") else original
        sources = _AUDIO if name == "audio" else _VIDEO
        address = next((values[key] for key in (*sources, "0") if values.get(key)), "")
        if not address:
            return original
        # The oldest form lists options after the address: [audio file.mp3|autoplay=yes]
        address = escape(address.split("|")[0])
        return f'<figure><{name} controls src="{address}"></{name}></figure>'

    def _gallery(self, values: dict[str, str]) -> str:
        listed = values.get("ids") or values.get("include") or ""
        pictures = self.gallery([part for part in re.split(r"[\s,]+", listed) if part])
        if not pictures:
            self.empty_galleries += 1
        figures = "".join(map(_figure, pictures))
        return f'<figure class="wp-block-gallery">{figures}</figure>' if figures else ""

    def _note_unknown(self, content: str) -> None:
        closed = set(_END.findall(content))
        for match in find_outside_verbatim(content, _ANY):
            name = match["name"]
            if not match["escaped"] and (name in closed or _looks_like_code(name, match["rest"])):
                self.unknown[name] += 1


def _replace(
    text: str, shortcodes: Iterator[Shortcode], as_html: Callable[[Shortcode], str]
) -> str:
    parts: list[str] = []
    position = 0
    for shortcode in shortcodes:
        parts += [text[position : shortcode.start], as_html(shortcode)]
        position = shortcode.end
    return "".join([*parts, text[position:]])


def parse_attributes(text: str) -> dict[str, str]:
    """``'id="a" b=c d'`` as ``{"id": "a", "b": "c", "0": "d"}``: names, or positions."""
    values: dict[str, str] = {}
    position = 0
    for match in _ATTRIBUTE.finditer(unescape(text).replace("”", '"').replace("“", '"')):
        name, double, single, bare, quoted, word = match.groups()
        if name:
            values[name.lower()] = next(
                value for value in (double, single, bare) if value is not None
            )
        elif (value := quoted or word) and value != "/":
            values[str(position)] = value
            position += 1
    return values


def _looks_like_code(name: str, rest: str) -> bool:
    """Whether brackets are a shortcode rather than an author's remark like [sic]."""
    return "=" in rest or "_" in name or "-" in name


def _listing(shortcode: Shortcode) -> str:
    options = parse_attributes(shortcode.attributes)
    generic = shortcode.name in {"code", "sourcecode", "source"}
    language = options.get("language") or options.get("lang") or ("" if generic else shortcode.name)
    code = escape(unescape(shortcode.inner.strip("\r\n")), quote=False)
    return f'<pre class="language-{escape(language.lower())}">{code}</pre>'


def _caption(options: dict[str, str], inner: str) -> str:
    """Text after the picture is the caption; the oldest form has it as an attribute."""
    picture = re.match(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", inner, re.DOTALL)
    image, text = (picture[1], picture[2].strip()) if picture else (inner, "")
    text = text or options.get("caption", "")
    align = options.get("align", "alignnone")
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    return f'<figure class="wp-caption {escape(align)}">{image}{caption}</figure>'


def _figure(picture: Picture) -> str:
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    image = f'<img src="{escape(picture.url)}" alt="{escape(picture.alt)}">'
    return f"<figure>{image}{caption}</figure>"

"""WordPress's shortcodes: the known ones become HTML, the others stay as they are."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s'"\]]+))|"([^"]*)"|(\S+)""")
_CODE_NAMES = "code|sourcecode|source|php|css|html|xml|javascript|js|python|ruby|sql|bash|java"
_VERBATIM = r"<pre\b.*?</pre\s*>|<code\b.*?</code\s*>"

_CODE = re.compile(
    rf"{_VERBATIM}|(?<!\[)\[(?P<name>{_CODE_NAMES})(?P<attributes>\s[^\]]*)?\](?P<inner>.*?)\[/(?P=name)\]",
    re.DOTALL | re.IGNORECASE,
)
_KNOWN = re.compile(
    rf"{_VERBATIM}"
    r"|(?<!\[)\[(?P<name>caption|wp_caption|embed)\b(?P<attributes>[^\]]*)\](?P<inner>.*?)\[/(?P=name)\]"
    r"|(?<!\[)\[(?P<single>gallery|audio|video|youtube|vimeo)(?P<options>(?:[\s=][^\]]*)?)\]"
    r"(?:\s*\[/(?P=single)\])?",
    re.DOTALL | re.IGNORECASE,
)
_ANY = re.compile(
    rf"{_VERBATIM}|\[(?P<escaped>\[)?/?(?P<name>[A-Za-z][\w-]*)(?P<rest>[^\[\]<>]*)\]", re.DOTALL
)
_ESCAPED = re.compile(r"\[(\[[A-Za-z][\w-]*[^\[\]]*\])\]")
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
        content = _CODE.sub(self._code, content)
        content = _KNOWN.sub(self._known, content)
        self._note_unknown(content)
        return _ESCAPED.sub(r"\1", content)

    def _code(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        options = parse_attributes(match["attributes"] or "")
        generic = name.lower() in {"code", "sourcecode", "source"}
        language = options.get("language") or options.get("lang") or ("" if generic else name)
        code = escape(unescape(match["inner"].strip("\r\n")), quote=False)
        return f'<pre class="language-{escape(language.lower())}">{code}</pre>'

    def _known(self, match: re.Match[str]) -> str:
        if name := match["name"]:
            if name.lower() == "embed":
                return f"\n\n{match['inner'].strip()}\n\n"
            return _caption(parse_attributes(match["attributes"]), match["inner"])
        if match["single"]:
            return self._single(match["single"].lower(), match["options"] or "", match[0])
        return match[0]

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
        for match in _ANY.finditer(content):
            name, rest = match["name"], match["rest"]
            if name and not match["escaped"] and _looks_like_code(name, rest, content):
                self.unknown[name] += 1


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


def _looks_like_code(name: str, rest: str, content: str) -> bool:
    """Whether brackets are a shortcode rather than an author's remark like [sic]."""
    return "=" in rest or "_" in name or "-" in name or f"[/{name}]" in content


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

"""HTML from outside, reduced to what a post may contain.

Both functions work by an explicit list of what is allowed. Whatever is not named here is taken
out; its text is kept, except for that of scripts and the like.
"""

import re
from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MISSING = 'nh3 is not installed. Install it with: pip install "mkt-blog[import]"'

URL_SCHEMES = {"http", "https", "mailto", "tel"}

# Removed with all that is in them: nothing a reader was meant to read.
CONTENT_REMOVED = {"script", "style", "noscript", "template", "title", "head"}

RICH_TEXT_TAGS = {"p", "br", "b", "i", "s", "sup", "sub", "code", "a", "ul", "ol", "li", "hr"}

TAGS = (
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "i"}
    | {"ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong"}
    | {"sub", "sup", "time", "u", "var", "wbr"}
    | {"address", "article", "aside", "blockquote", "details", "div", "footer", "header", "hr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "section", "summary"}
    | {"dd", "dl", "dt", "li", "ol", "ul"}
    | {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
    | {"audio", "figcaption", "figure", "iframe", "img", "source", "track", "video"}
)

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"controls", "loop", "muted", "preload", "src"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "details": {"open"},
    "iframe": {"allowfullscreen", "height", "src", "width"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "source": {"src", "type"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
    "track": {"default", "kind", "label", "src", "srclang"},
    "video": {"controls", "height", "loop", "muted", "poster", "preload", "src", "width"},
}

# Classes that say what a thing is; any other could collide with the site's own styles.
_ALIGNMENT = {"alignnone", "alignleft", "aligncenter", "alignright", "alignwide", "alignfull"}
CLASSES: dict[str, set[str]] = {
    "figure": _ALIGNMENT | {"wp-block-gallery", "wp-block-image", "wp-block-table", "wp-caption"},
    "img": _ALIGNMENT,
    "table": _ALIGNMENT,
    "pre": {"wp-block-verse"},
}

# Set on every element of the kind, whatever the source says. One each: nh3 gives several in an
# order that differs from run to run.
FIXED_ATTRIBUTES: dict[str, dict[str, str]] = {
    # No top navigation, no forms to phish with, no modal dialogs.
    "iframe": {"sandbox": "allow-scripts allow-same-origin allow-popups allow-presentation"},
    "img": {"loading": "lazy"},
}

_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+\Z")
_FRAME_ADDRESS = re.compile(r"(?:https?:)?//[^/]", re.IGNORECASE)
_FRAME_CONTENT = re.compile(r'(<iframe(?: [a-z]+="[^"]*")*>)(?!</iframe>).+?</iframe>', re.DOTALL)


def clean_html(html: str) -> str:
    """What is safe of ``html``: text, tables, pictures, media and frames of other sites.

    Raises:
        ImproperlyConfigured: nh3 (extra ``[import]``) is not installed.
    """
    cleaned = str(_cleaner().clean(html))
    if not _FRAME_CONTENT.search(cleaned):
        return cleaned
    # Inside a frame everything is text to a browser, and nh3 leaves it as it is. A feed reader
    # may see it otherwise, so it goes; the result is cleaned again because it was cut by hand.
    emptied = str(_cleaner().clean(_FRAME_CONTENT.sub(r"\1</iframe>", cleaned)))
    return str(_cleaner(frames=False).clean(html)) if _FRAME_CONTENT.search(emptied) else emptied


def clean_rich_text(html: str) -> str:
    """What the editor's text block can hold, in the form in which Wagtail stores it.

    Raises:
        ImproperlyConfigured: nh3 (extra ``[import]``) is not installed.
    """
    return str(_rich_text_cleaner().clean(html)).replace("<br>", "<br/>").replace("<hr>", "<hr/>")


def require_nh3() -> Any:
    """The nh3 module.

    Raises:
        ImproperlyConfigured: nh3 (extra ``[import]``) is not installed.
    """
    try:
        import nh3
    except ImportError as error:
        raise ImproperlyConfigured(MISSING) from error
    return nh3


@cache
def _cleaner(*, frames: bool = True) -> Any:
    return require_nh3().Cleaner(
        tags=TAGS if frames else TAGS - {"iframe"},
        clean_content_tags=CONTENT_REMOVED,
        attributes=ATTRIBUTES,
        attribute_filter=_filter_attribute,
        allowed_classes=CLASSES,
        set_tag_attribute_values=FIXED_ATTRIBUTES,
        url_schemes=URL_SCHEMES | {"data"},
        link_rel="noopener noreferrer",
    )


@cache
def _rich_text_cleaner() -> Any:
    return require_nh3().Cleaner(
        tags=RICH_TEXT_TAGS,
        clean_content_tags=CONTENT_REMOVED,
        attributes={"a": {"href"}},
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Refuse addresses that are fine in one element and dangerous in another."""
    if attribute in {"src", "href", "poster"}:
        if tag == "iframe":
            return value if _FRAME_ADDRESS.match(value.strip()) else None
        if value.lstrip().lower().startswith("data:"):
            # A picture cannot run anything, a page can.
            return value if tag == "img" and _INLINE_PICTURE.match(value.strip()) else None
    return value

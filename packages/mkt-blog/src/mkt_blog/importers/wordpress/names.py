"""Names and slugs as WordPress writes them, made fit for ours."""

import re
from html import unescape
from urllib.parse import unquote

from django.utils.text import slugify

_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|small"
    r"|span|strike|strong|sub|sup|tt|u|var|wbr|script|style)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK_END = re.compile(r"<(?:/p|/li|/h[1-6]|/td|br)\s*/?>", re.IGNORECASE)


def plain(html: str) -> str:
    """A title or a name without markup, on one line.

    Only tags that exist are markup: “List<String>” in a title means what it says.
    """
    return " ".join(unescape(_INLINE_TAG.sub("", _BLOCK_END.sub(" ", html))).split())


def clean_slug(slug: str) -> str:
    """A slug as it reads, for WordPress stores other scripts percent-encoded; "" if none is left."""
    return slugify(unquote(slug.strip()), allow_unicode=True)


def author_key(login: str) -> str:
    """What two spellings of a login have in common."""
    return clean_slug(login) or login.strip().casefold()

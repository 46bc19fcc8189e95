"""What the plugins Yoast SEO and Rank Math have stored with a post."""

import re
from typing import Any
from urllib.parse import urlsplit

from .items import Item
from .names import plain

TITLE_MAX_LENGTH = 255
ADDRESS_MAX_LENGTH = 500
_TITLES = ("_yoast_wpseo_title", "rank_math_title")
_DESCRIPTIONS = ("_yoast_wpseo_metadesc", "rank_math_description")
_ADDRESSES = ("_yoast_wpseo_canonical", "rank_math_canonical_url")
# Yoast writes "1", "2" is the opposite; Rank Math writes a list in PHP's own form.
_YOAST_HIDDEN, _RANK_MATH_ROBOTS = "_yoast_wpseo_meta-robots-noindex", "rank_math_robots"

SEO_META = {*_TITLES, *_DESCRIPTIONS, *_ADDRESSES, _YOAST_HIDDEN, _RANK_MATH_ROBOTS}

# %%title%% with Yoast, %title% with Rank Math.
_VARIABLE = re.compile(r"%%?([a-z_]+)(?:\([^)]*\))?%?%")


def seo_fields(item: Item, title: str, base_url: str) -> dict[str, Any]:
    """Field name -> value of what the post says about itself; only what is not empty."""
    meta = item.meta
    fields = {
        "seo_title": _title(_first(meta, _TITLES), title),
        "search_description": _filled(_first(meta, _DESCRIPTIONS), title),
        "seo_canonical": canonical(_first(meta, _ADDRESSES), base_url),
        "seo_noindex": meta.get(_YOAST_HIDDEN) == "1"
        or '"noindex"' in meta.get(_RANK_MATH_ROBOTS, ""),
    }
    return {name: value for name, value in fields.items() if value}


def _first(meta: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key] for key in keys if meta.get(key)), "")


def _title(text: str, title: str) -> str:
    filled = _filled(text, title)
    # A template that comes to nothing but the title says nothing.
    return "" if filled == title else filled[:TITLE_MAX_LENGTH]


def _filled(text: str, title: str) -> str:
    """Without the variables of a template, but for the post's title."""
    filled = _VARIABLE.sub(lambda variable: title if variable[1] == "title" else "", text)
    return " ".join(plain(filled).split())


def canonical(address: str, base_url: str) -> str:
    """The address, "" for what is none, and for one of the old blog: that would tell search engines to stay there."""
    # Here, because an export is read before there are models.
    from mkt_core.seo.models import is_address

    address = address.strip()
    if not is_address(address) or address.startswith("/") or len(address) > ADDRESS_MAX_LENGTH:
        return ""
    return "" if _host(address) in {"", _host(base_url)} else address


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""

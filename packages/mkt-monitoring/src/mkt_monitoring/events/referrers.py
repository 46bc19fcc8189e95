"""Where visitors come from: the site's name, never the address of a page."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

DIRECT = "direct"
INTERNAL = "internal"
MAX_LENGTH = 100

# Sites with many hosts, by a part of their host's name; the rest goes by its host.
_GROUPS = (
    (
        "Google",
        re.compile(r"(^|\.)google\.[a-z.]{2,6}$|^com\.google\.android\.googlequicksearchbox$"),
    ),
    ("Bing", re.compile(r"(^|\.)bing\.com$")),
    ("DuckDuckGo", re.compile(r"(^|\.)duckduckgo\.com$")),
    ("Yahoo", re.compile(r"(^|\.)yahoo\.(com|co\.jp)$")),
    ("Yandex", re.compile(r"(^|\.)(yandex\.[a-z.]{2,6}|ya\.ru)$")),
    ("Baidu", re.compile(r"(^|\.)baidu\.com$")),
    ("Ecosia", re.compile(r"(^|\.)ecosia\.org$")),
    ("Facebook", re.compile(r"(^|\.)(facebook\.com|fb\.me)$")),
    ("Instagram", re.compile(r"(^|\.)instagram\.com$")),
    ("X", re.compile(r"^(t\.co|x\.com)$|(^|\.)twitter\.com$")),
    ("LinkedIn", re.compile(r"(^|\.)(linkedin\.com|lnkd\.in)$|^com\.linkedin\.android$")),
    ("Reddit", re.compile(r"(^|\.)reddit\.com$")),
    ("YouTube", re.compile(r"(^|\.)(youtube\.com|youtu\.be)$")),
    ("Pinterest", re.compile(r"(^|\.)pinterest\.[a-z.]{2,6}$")),
    ("ChatGPT", re.compile(r"(^|\.)(chatgpt\.com|chat\.openai\.com)$")),
    ("Perplexity", re.compile(r"(^|\.)perplexity\.ai$")),
)
_HOST = re.compile(r"[a-z0-9._-]{1,253}")


def referrer_group(referrer: str, host: str = "") -> str:
    """A name ("Google") or host ("example.org"); "internal" for pages of ``host`` itself, "direct" for no referrer."""
    if not referrer:
        return DIRECT
    return _group(_host_in(referrer), host.lower().removeprefix("www."))


def campaign_of(query: str) -> tuple[str, str, str]:
    """``utm_campaign``, ``utm_source`` and ``utm_medium`` of a query string; empty ones if there are none."""
    if "utm_" not in query:
        return "", "", ""
    try:
        found = parse_qs(query[:2000], max_num_fields=50)
    except ValueError:
        return "", "", ""
    campaign, source, medium = (
        found.get(name, [""])[0][:MAX_LENGTH]
        for name in ("utm_campaign", "utm_source", "utm_medium")
    )
    return campaign, source, medium


def _host_in(referrer: str) -> str:
    try:
        return (urlsplit(referrer[:2000]).hostname or "").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=2048)
def _group(host: str, own: str) -> str:
    if not _HOST.fullmatch(host):
        return DIRECT
    host = host.removeprefix("www.")
    if host == own:
        return INTERNAL
    return next((name for name, pattern in _GROUPS if pattern.search(host)), host[:MAX_LENGTH])

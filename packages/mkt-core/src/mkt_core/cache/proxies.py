"""What proxies and CDNs in front of the site are told: how long they may keep a response, and what it is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import ImproperlyConfigured
from django.http.response import HttpResponseBase

from ..conf import core_settings
from .tags import told_to_proxies

CACHE_CONTROL = "Cache-Control"
#: Cloudflare, who reads these tags, does not read ``Vary`` beyond the encoding.
CACHE_TAG = "cache-tag"

Headers = list[tuple[str, str]]


def are_told() -> bool:
    """Whether the site has told somebody in front of it to keep responses."""
    try:
        conf = core_settings.current
    except ImproperlyConfigured:
        return False
    return bool(conf.CACHE_PROXY_SECONDS or conf.CACHE_CDN)


def tag_headers() -> tuple[str, ...]:
    """The headers that carry the tags: those in the settings, else those that the CDNs in the settings read."""
    conf = core_settings.current
    given = conf.CACHE_TAG_HEADER
    if given:
        return (given,) if isinstance(given, str) else given
    if not conf.CACHE_CDN:
        return ()
    from .cdn.configuration import headers_read

    return headers_read()


def tag_lines(tags: Iterable[str]) -> Headers | None:
    """The tags as headers; None if they do not fit, so that no purge would find the response."""
    names = tag_headers()
    if not names:
        return []
    texts = sorted({told_to_proxies(tag) for tag in tags})
    # One byte between two of them, whichever it is.
    if sum(map(len, texts)) + len(texts) - 1 > core_settings.current.CACHE_TAG_HEADER_BYTES:
        return None
    return [(name, ("," if name.lower() == CACHE_TAG else " ").join(texts)) for name in names]


def tell_apart(vary: Iterable[str], varied: Collection[str]) -> bool:
    """Whether those who read the tags give each visitor the right one of several variants.

    ``vary`` are the names in the header, in lower case, ``varied`` what was read of the request, as in ``META``.
    A cookie is fine if it only stands for a session: requests with one have to bypass every CDN.
    """
    if CACHE_TAG not in map(str.lower, tag_headers()):
        return True
    return "HTTP_COOKIE" not in varied and set(vary) <= {"accept-encoding", "cookie"}


def lifetime_lines(*, may_keep: bool, longest_seconds: float | None = None) -> Headers:
    """How long browsers and proxies may use a response without asking, for at most ``longest_seconds`` in all."""
    conf = core_settings.current
    browser, stale = conf.CACHE_BROWSER_SECONDS, int(conf.CACHE_STALE_SECONDS)
    proxy = conf.CACHE_PROXY_SECONDS if may_keep else 0
    if longest_seconds is not None:
        browser, proxy = min(browser, int(longest_seconds)), min(proxy, int(longest_seconds))
        stale = 0
    public = f"public, max-age={browser}"
    if not proxy:
        return [(CACHE_CONTROL, f"{public}, s-maxage=0" if browser else public)]
    later = f", stale-while-revalidate={stale}, stale-if-error={stale}" if stale else ""
    if conf.CACHE_PROXY_HEADER == CACHE_CONTROL:
        return [(CACHE_CONTROL, f"{public}, s-maxage={proxy}{later}")]
    return [(CACHE_CONTROL, public), (conf.CACHE_PROXY_HEADER, f"max-age={proxy}{later}")]


def forbid(response: HttpResponseBase) -> None:
    """Let no proxy keep this answer: a purge may have been on its way before it."""
    response.headers[CACHE_CONTROL] = "private"
    for name in ("Surrogate-Control", "CDN-Cache-Control", *tag_headers()):
        response.headers.pop(name, None)

"""Which stored response a request asks for, or why it asks for none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.core.exceptions import DisallowedHost
from django.core.signals import setting_changed
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from .encodings import accepted_encodings
from .rules import Rules, current_rules

#: Longer texts of visitors are no part of a key.
MAX_QUERY_LENGTH = 200
MAX_VARIANT_LENGTH = 100

MAX_KNOWN_HOSTS = 100
# Host headers that were found to be allowed.
_known_hosts: set[str] = set()


class Refusal(Exception):
    """The request has nothing to do with the cache; the text is the reason, one word."""

    @property
    def reason(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Question:
    """A request that a stored response may answer."""

    key: str
    #: Those that the client understands, the preferred one first.
    encodings: tuple[str, ...]
    #: The query as the page is to see it.
    query: str
    #: The query arguments that were taken out of it.
    ignored_query: str
    is_head: bool


def question_of(request: HttpRequest) -> Question:
    """Only ``method``, ``META``, ``path``, ``path_info``, ``scheme``, ``get_host()`` and ``get_port()`` are used.

    Raises:
        Refusal: the request bypasses the cache.
    """
    rules = current_rules()
    meta = request.META
    if request.method not in ("GET", "HEAD"):
        raise Refusal("method")
    if getattr(request, "is_dummy", False) or getattr(request, "is_preview", False):
        raise Refusal("preview")
    if meta.get("HTTP_AUTHORIZATION") or meta.get("REMOTE_USER"):
        raise Refusal("authorization")
    cookies = _cookies_of(meta.get("HTTP_COOKIE", ""), rules)
    query, ignored = "", ""
    if raw := meta.get("QUERY_STRING", ""):
        query, ignored = _split_query(raw, rules)
    host = _host_of(request, rules)
    variant = _variant_of(meta, cookies, rules) if rules.vary_headers or rules.vary_cookies else ""
    if rules.is_debug and meta.get("REMOTE_ADDR") in settings.INTERNAL_IPS:
        variant += "&developer"
    language = _language_of(request, cookies, rules) if rules.negotiates_language else ""
    key = f"{request.scheme}://{host.lower()}|{request.get_port()}{quote(request.path)}?{query}#{language}#{variant}"
    encodings = accepted_encodings(meta.get("HTTP_ACCEPT_ENCODING", ""))
    return Question(key, encodings, query, ignored, request.method == "HEAD")


def _host_of(request: HttpRequest, rules: Rules) -> str:
    """``request.get_host()``, which looks at every host as if for the first time.

    Raises:
        Refusal: the host is not allowed.
    """
    sent: str = request.META.get("HTTP_HOST", "")
    if sent in _known_hosts:
        return sent
    try:
        host = request.get_host()
    except DisallowedHost as error:
        raise Refusal("host") from error
    if rules.hosts_are_fixed and host == sent and len(_known_hosts) < MAX_KNOWN_HOSTS:
        _known_hosts.add(sent)
    return host


def _cookies_of(raw: str, rules: Rules) -> dict[str, str]:
    """The cookies, as Django sees them.

    Raises:
        Refusal: one of them belongs to this visitor alone.
    """
    if not raw:
        return {}
    # Names are not escaped, so a name that is not in the text is no cookie.
    is_suspect = any(name in raw for name, _ in rules.personal_cookies)
    if not (is_suspect or rules.vary_cookies or rules.negotiates_language):
        return {}
    cookies = parse_cookie(raw)
    for name, reason in rules.personal_cookies:
        if name in cookies:
            raise Refusal(reason)
    return cookies


def _split_query(raw: str, rules: Rules) -> tuple[str, str]:
    """The arguments that count, sorted by name, and those that do not."""
    if len(raw) > 10 * MAX_QUERY_LENGTH:
        raise Refusal("query")
    counted, ignored = [], []
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Refusal("query") from error
    for name, value in pairs:
        if name in rules.arguments:
            counted.append((name, value))
        elif name in rules.ignored_arguments or name.startswith(rules.ignored_prefixes or ("\0",)):
            ignored.append((name, value))
        else:
            raise Refusal("query")
    # Stable: the order of several values of one argument may matter.
    counted.sort(key=lambda pair: pair[0])
    query = urlencode(counted)
    if len(query) > MAX_QUERY_LENGTH:
        raise Refusal("query")
    return query, urlencode(ignored)


def _variant_of(meta: dict[str, Any], cookies: dict[str, str], rules: Rules) -> str:
    values = [meta.get(name) for name in rules.vary_headers]
    values += [cookies.get(name) for name in rules.vary_cookies]
    if any(value is not None and len(value) > MAX_VARIANT_LENGTH for value in values):
        raise Refusal("vary")
    return "&".join("-" if value is None else f"={quote(value, safe='')}" for value in values)


def _language_of(request: HttpRequest, cookies: dict[str, str], rules: Rules) -> str:
    """The language that LocaleMiddleware will choose; none where the path alone decides."""
    urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    if is_language_prefix_patterns_used(urlconf)[0] and translation.get_language_from_path(
        request.path_info
    ):
        return ""
    # As long as a browser would ever send, or the cache below would hold what clients make up.
    accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    if len(accepted) > 500:
        raise Refusal("vary")
    return _negotiated(accepted, cookies.get(rules.language_cookie))


@lru_cache(maxsize=1000)
def _negotiated(accepted: str, cookie: str | None) -> str:
    cookies = {} if cookie is None else {settings.LANGUAGE_COOKIE_NAME: cookie}
    asked: Any = SimpleNamespace(COOKIES=cookies, META={"HTTP_ACCEPT_LANGUAGE": accepted})
    return translation.get_language_from_request(asked)


def _forget(**kwargs: object) -> None:
    _negotiated.cache_clear()
    _known_hosts.clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.cache.key")

"""What the settings say about requests, prepared once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.signals import setting_changed
from django.http.request import HttpHeaders
from django.utils.module_loading import import_string

from ..conf import core_settings

MESSAGES_COOKIE = "messages"

# Taken away while a response is rendered: what is stored is whole and not compressed.
CONDITIONAL = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_RANGE",
    "HTTP_RANGE",
    "HTTP_ACCEPT_ENCODING",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Names in ``request.META`` (``HTTP_ACCEPT``) where headers are meant."""

    #: Query arguments that are part of the key.
    arguments: frozenset[str]
    ignored_arguments: frozenset[str]
    #: What ignored arguments may begin with.
    ignored_prefixes: tuple[str, ...]
    #: Cookies that only one visitor has: a request with any of them has nothing to do with the cache.
    personal_cookies: tuple[tuple[str, str], ...]
    csrf_cookie: str
    #: Cookies that may be read, because each of their values has its own key or no meaning to the response.
    known_cookies: frozenset[str]
    vary_cookies: tuple[str, ...]
    vary_headers: tuple[str, ...]
    #: Headers that may be read for the same reasons.
    known_headers: frozenset[str]
    negotiates_language: bool
    language_cookie: str
    is_debug: bool
    #: A host that is allowed now is allowed until the settings change.
    hosts_are_fixed: bool


@cache
def current_rules() -> Rules:
    """The rules in force."""
    conf = core_settings.current
    ignored = conf.CACHE_IGNORED_QUERY_ARGUMENTS
    negotiates = _negotiates_language()
    session = settings.SESSION_COOKIE_NAME
    known_cookies = {session, MESSAGES_COOKIE, settings.CSRF_COOKIE_NAME, *conf.CACHE_VARY_COOKIES}
    if negotiates:
        known_cookies.add(settings.LANGUAGE_COOKIE_NAME)
    return Rules(
        arguments=frozenset(conf.CACHE_QUERY_ARGUMENTS),
        ignored_arguments=frozenset(name for name in ignored if not name.endswith("*")),
        ignored_prefixes=tuple(name[:-1] for name in ignored if name.endswith("*")),
        personal_cookies=((session, "session"), (MESSAGES_COOKIE, "messages")),
        csrf_cookie=settings.CSRF_COOKIE_NAME,
        known_cookies=frozenset(known_cookies),
        vary_cookies=tuple(sorted(conf.CACHE_VARY_COOKIES)),
        vary_headers=tuple(sorted(map(meta_name, conf.CACHE_VARY_HEADERS))),
        known_headers=frozenset(_known_headers(negotiates)),
        negotiates_language=negotiates,
        language_cookie=settings.LANGUAGE_COOKIE_NAME,
        is_debug=settings.DEBUG,
        hosts_are_fixed=(
            type(settings.ALLOWED_HOSTS) in (list, tuple) and not settings.USE_X_FORWARDED_HOST
        ),
    )


def meta_name(header: str) -> str:
    """``"Accept-Language"`` is ``"HTTP_ACCEPT_LANGUAGE"``; the address of the client has no prefix."""
    name = HttpHeaders.to_wsgi_name(header)
    return name.removeprefix("HTTP_") if name == "HTTP_REMOTE_ADDR" else name


def _known_headers(negotiates_language: bool) -> set[str]:
    conf = core_settings.current
    names = {"HTTP_HOST", *CONDITIONAL}
    names.update(map(meta_name, (*conf.CACHE_VARY_HEADERS, *conf.CACHE_IGNORED_HEADERS)))
    if negotiates_language:
        names.add("HTTP_ACCEPT_LANGUAGE")
    # Where these count, they have decided about the host, the port and the scheme, which are parts of the key.
    if settings.USE_X_FORWARDED_HOST:
        names.add("HTTP_X_FORWARDED_HOST")
    if settings.USE_X_FORWARDED_PORT:
        names.add("HTTP_X_FORWARDED_PORT")
    if settings.SECURE_PROXY_SSL_HEADER:
        names.add(settings.SECURE_PROXY_SSL_HEADER[0])
    return names


def _negotiates_language() -> bool:
    from django.middleware.locale import LocaleMiddleware

    for path in settings.MIDDLEWARE:
        middleware = import_string(path)
        if isinstance(middleware, type) and issubclass(middleware, LocaleMiddleware):
            return True
    return False


def _forget(**kwargs: object) -> None:
    current_rules.cache_clear()


# Any setting may count, and only tests change them.
setting_changed.connect(_forget, dispatch_uid="mkt_core.cache.rules")

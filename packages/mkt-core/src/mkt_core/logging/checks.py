"""System checks of logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from mkt_core.conf import CoreSettings, core_settings

_ACCESS = "mkt_core.logging.access.AccessLogMiddleware"
_REQUEST_ID = "mkt_core.middleware.RequestIdMiddleware"
_CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"

#: A shorter key of LOG_USER_KEY can be found by trying.
MIN_KEY_CHARS = 32


def check_logging(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E090`` to ``W095``."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    return [
        *_useless_numbers(conf),
        *_broken_patterns(conf),
        *_short_key(conf),
        *_middleware_order(list(settings.MIDDLEWARE)),
        *_trust_in_everybody(conf),
    ]


def _useless_numbers(conf: CoreSettings) -> Iterator[CheckMessage]:
    for name in ("LOG_SLOW_REQUEST_SECONDS", "LOG_HEALTH_EVERY"):
        if not getattr(conf, name) >= 0:
            yield Error(
                f"MKT_CORE[{name!r}] is {getattr(conf, name)}; it must not be below zero.",
                hint="0 turns it off.",
                id="mkt_core.E090",
            )


def _broken_patterns(conf: CoreSettings) -> Iterator[CheckMessage]:
    for number, pattern in enumerate(conf.LOG_REDACTED_PATTERNS):
        try:
            re.compile(pattern)
        except re.error as error:
            yield Error(
                f"MKT_CORE['LOG_REDACTED_PATTERNS'][{number}] is no regular expression: {error}.",
                hint="Until it is, none of the settings of redaction count and the strictest ones are used.",
                id="mkt_core.E091",
            )


def _short_key(conf: CoreSettings) -> Iterator[CheckMessage]:
    if conf.LOG_USER_KEY and len(conf.LOG_USER_KEY) < MIN_KEY_CHARS:
        yield CheckWarning(
            f"MKT_CORE['LOG_USER_KEY'] has fewer than {MIN_KEY_CHARS} characters; who finds it can name users in logs.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe())', or leave it empty.",
            id="mkt_core.W092",
        )


def _middleware_order(middleware: list[str]) -> Iterator[CheckMessage]:
    if _ACCESS not in middleware:
        return
    place = middleware.index(_ACCESS)
    if _REQUEST_ID not in middleware[:place]:
        yield CheckWarning(
            "AccessLogMiddleware does not stand behind RequestIdMiddleware; its lines have no ids.",
            hint=f"Put {_REQUEST_ID!r} in front of it in MIDDLEWARE.",
            id="mkt_core.W093",
        )
    if _CACHE in middleware[:place]:
        yield CheckWarning(
            "AccessLogMiddleware stands behind ResponseCacheMiddleware; stored responses are not logged.",
            hint=f"Put {_ACCESS!r} right behind {_REQUEST_ID!r} in MIDDLEWARE.",
            id="mkt_core.W094",
        )


def _trust_in_everybody(conf: CoreSettings) -> Iterator[CheckMessage]:
    if conf.TRUST_REQUEST_ID and (conf.TRUSTED_PROXIES or conf.TRUSTED_PROXY_COUNT):
        yield CheckWarning(
            "MKT_CORE['TRUST_REQUEST_ID'] keeps the ids of everybody, although there are trusted proxies.",
            hint="Remove TRUST_REQUEST_ID: the ids of these proxies are kept without it.",
            id="mkt_core.W095",
        )

"""What cannot be meant in the settings of access, previews and webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error

from ..conf import ApiSettings
from .cors import is_origin

#: Later than this no revocation may take effect.
LONGEST_TOKEN_CACHE_SECONDS = 5.0

_AT_LEAST = {
    **dict.fromkeys(("ANONYMOUS_LIMIT", "TOKEN_LIMIT", "REFUSAL_LIMIT"), 0),
    **dict.fromkeys(("TOKEN_LAST_USED_SECONDS", "TOKEN_OVERLAP_HOURS"), 0),
    **dict.fromkeys(("CORS_MAX_AGE_SECONDS", "WEBHOOK_OVERLAP_HOURS"), 0),
    **dict.fromkeys(("LIMIT_PERIOD_SECONDS", "PREVIEW_HOURS", "WEBHOOK_KEEP_DAYS"), 1),
}


def access_errors(conf: ApiSettings) -> Iterator[CheckMessage]:
    """E002: a value that makes no sense."""
    for name, least in _AT_LEAST.items():
        if (value := getattr(conf, name)) < least:
            yield _error(name, f"{value}; it must be {least} or more.")
    if not 0 <= conf.TOKEN_CACHE_SECONDS <= LONGEST_TOKEN_CACHE_SECONDS:
        yield _error(
            "TOKEN_CACHE_SECONDS",
            f"{conf.TOKEN_CACHE_SECONDS}; it must be from 0 to"
            f" {LONGEST_TOKEN_CACHE_SECONDS}, since so late does a revocation take effect.",
        )
    if not 0 < conf.WEBHOOK_TIMEOUT_SECONDS <= 60:
        yield _error(
            "WEBHOOK_TIMEOUT_SECONDS",
            f"{conf.WEBHOOK_TIMEOUT_SECONDS}; it must be above 0 and at most 60.",
        )
    for origin in conf.CORS_ORIGINS:
        if origin != "*" and not is_origin(origin):
            yield Error(
                f"MKT_API['CORS_ORIGINS'] has {origin!r}, which is no origin.",
                hint="Write scheme and host in small letters without a slash: “https://www.example.com”.",
                id="mkt_api.E002",
            )


def _error(name: str, value: str) -> Error:
    message = f"MKT_API[{name!r}] is {value}"
    return Error(message, hint="Remove the key to use its default.", id="mkt_api.E002")

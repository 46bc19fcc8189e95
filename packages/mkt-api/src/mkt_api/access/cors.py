"""Which scripts may read answers (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).

Cookies never cross origins: there is no ``Access-Control-Allow-Credentials``.
"""

from __future__ import annotations

import re

from django.db import router
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from ..conf import api_settings
from ..models import ApiToken
from .identity import Access
from .lookup import remembered

ALLOWED_HEADERS = "Authorization, Content-Type, If-None-Match"
EXPOSED_HEADERS = (
    "Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate"
)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,260}")


def is_origin(text: str) -> bool:
    """Whether it is scheme, host and perhaps port, as browsers send it."""
    return bool(_ORIGIN.fullmatch(text)) and text == text.lower()


def allow(request: HttpRequest, response: HttpResponseBase, access: Access | None) -> None:
    """Let the script that asks read the answer, if it may."""
    if _is_open():
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return
    patch_vary_headers(response, ["Origin"])
    origin = request.META.get("HTTP_ORIGIN", "")
    if not origin:
        return
    if _may_read(origin, access):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def _may_read(origin: str, access: Access | None) -> bool:
    if access is None:
        # A refusal has to be readable, too; whose it is nobody knows.
        return is_known(origin)
    if access.token is not None and origin in access.token.origins:
        return True
    return origin in api_settings.current.CORS_ORIGINS


def answer_preflight(request: HttpRequest, response: HttpResponseBase, methods: list[str]) -> None:
    """Tell a browser what it may send. It does not send the token yet, so the origin of any token will do."""
    patch_vary_headers(
        response,
        ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"],
    )
    origin = request.META.get("HTTP_ORIGIN", "")
    if not origin or "HTTP_ACCESS_CONTROL_REQUEST_METHOD" not in request.META:
        return
    if not (_is_open() or is_known(origin)):
        return
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*" if _is_open() else origin
    headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    headers["Access-Control-Max-Age"] = str(api_settings.current.CORS_MAX_AGE_SECONDS)


def is_known(origin: str) -> bool:
    """Whether the settings or any token that works name the origin. One query, and none for some seconds."""
    if origin in api_settings.current.CORS_ORIGINS:
        return True
    return origin in (remembered("cors-origins", _origins_of_tokens) or ())


def _is_open() -> bool:
    return "*" in api_settings.current.CORS_ORIGINS


def _origins_of_tokens() -> frozenset[str]:
    tokens = ApiToken.objects.using(router.db_for_write(ApiToken)).active()
    return frozenset(
        origin for origins in tokens.values_list("origins", flat=True) for origin in origins
    )

"""One Content Security Policy API on every supported Django: constants, decorators, nonces."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest

from ._csp import (
    CONTEXT_KEY,
    CSP,
    LazyNonce,
    build_policy,
    csp_override,
    csp_report_only_override,
    nonce_attr,
)

__all__ = [
    "CONTEXT_KEY",
    "CSP",
    "LazyNonce",
    "build_policy",
    "csp_override",
    "csp_report_only_override",
    "current_nonce",
    "get_nonce",
    "nonce_attr",
]


#: The nonce of the request that is being answered, for code that is not told which one that is: hooks of Wagtail.
current_nonce: ContextVar[Any] = ContextVar("mkt_csp_nonce", default=None)


def get_nonce(request: HttpRequest) -> Any:
    """The nonce of this response, made on first use; None where no middleware provides one."""
    return getattr(request, "_csp_nonce", None)

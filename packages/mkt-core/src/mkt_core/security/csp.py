"""One Content Security Policy API on every supported Django: constants, decorators, nonces."""

from __future__ import annotations

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
    "get_nonce",
    "nonce_attr",
]


def get_nonce(request: HttpRequest) -> Any:
    """The nonce of this response, made on first use; None where no middleware provides one."""
    return getattr(request, "_csp_nonce", None)

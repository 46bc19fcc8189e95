"""``mkt_core.security.context_processors.csp`` for ``TEMPLATES``, the same as Django's own from 6.0 on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .csp import CONTEXT_KEY, get_nonce


def csp(request: HttpRequest) -> dict[str, Any]:
    """``{{ csp_nonce }}``."""
    return {CONTEXT_KEY: get_nonce(request)}

"""Who is never limited."""

from __future__ import annotations

from django.http import HttpRequest

from ..client_address import client_address
from ..conf import core_settings
from ..networks import is_address_in


def is_exempt(request: HttpRequest) -> bool:
    """Whether the client is in ``MKT_CORE["RATE_LIMIT_EXEMPT_NETWORKS"]``."""
    networks = core_settings.current.RATE_LIMIT_EXEMPT_NETWORKS
    return bool(networks) and is_address_in(client_address(request), networks)

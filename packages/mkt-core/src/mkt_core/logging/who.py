"""Who has made a request, as far as that may be written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from mkt_core.client_address import client_address
from mkt_core.conf import core_settings
from mkt_core.networks import truncated_address
from mkt_core.user_hash import known_user, user_hash


def who_fields(request: HttpRequest | None) -> dict[str, Any]:
    """``user.hash`` and ``client.ip`` as far as they are known and the settings allow. No query."""
    if request is None:
        return {}
    fields = {"user.hash": user_hash(known_user(request)), "client.ip": _address(request)}
    return {name: value for name, value in fields.items() if value}


def _address(request: HttpRequest) -> str:
    wanted = core_settings.current.LOG_CLIENT_ADDRESS
    if wanted == "off":
        return ""
    address = client_address(request)
    return address if wanted == "full" else truncated_address(address)

"""Browsers that an account was logged in with before.

The cookie says "somebody knew the password of this account here" and no more: it logs nobody in. What it is good for is
that strangers who try the account from elsewhere do not keep its owner out.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from ..conf import core_settings
from ..cookies import cookie_name

COOKIE = "mkt_device"
_SALT = "mkt_core.accounts.devices"


def known_device(request: Any, account: str) -> str:
    """The name of the browser if ``account`` was logged in with it, else ""."""
    lifetime = _lifetime()
    value = request.COOKIES.get(cookie_name(COOKIE), "") if lifetime else ""
    try:
        device, owner = TimestampSigner(salt=_SALT).unsign(value, max_age=lifetime).split(".")
    except (BadSignature, ValueError):
        return ""
    return device if constant_time_compare(owner, _owner(account)) else ""


def remember_device(response: HttpResponseBase, account: str) -> None:
    """Let the browser keep the cookie; for ``LOGIN_DEVICE_DAYS``."""
    lifetime = _lifetime()
    if not lifetime:
        return
    value = f"{secrets.token_urlsafe(9)}.{_owner(account)}"
    response.set_cookie(
        cookie_name(COOKIE),
        TimestampSigner(salt=_SALT).sign(value),
        max_age=lifetime,
        path=settings.SESSION_COOKIE_PATH,
        domain=settings.SESSION_COOKIE_DOMAIN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _lifetime() -> timedelta | None:
    days = core_settings.current.LOGIN_DEVICE_DAYS
    return timedelta(days=days) if days else None


def _owner(account: str) -> str:
    """The account, unreadable."""
    return salted_hmac(_SALT, account, algorithm="sha256").hexdigest()[:32]

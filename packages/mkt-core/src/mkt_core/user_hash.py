"""Who did it, for those who may know: a hash that tells users apart and does not name them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.functional import LazyObject, empty

from .conf import core_settings


def user_hash(user: Any) -> str:
    """32 hexadecimal digits, the same for the same user as long as the key is; empty for nobody. No query.

    A keyed hash of the primary key: whoever has the logs alone cannot try out numbers.
    """
    try:
        if user is None or not user.is_authenticated or user.pk is None:
            return ""
        return keyed_hash(f"user:{user.pk}")
    except Exception:  # noqa: BLE001 - a site's own user class; its mistakes must not stop a log line
        return ""


def keyed_hash(value: str) -> str:
    """Of any text that must not be in the logs, but has to be recognised there."""
    secret = core_settings.current.LOG_USER_KEY or None
    return salted_hmac("mkt_core.logging", value, secret, algorithm="sha256").hexdigest()[:32]


def known_user(request: HttpRequest) -> Any:
    """The user, if somebody has already asked for it; None otherwise. Never asks the database."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user.__dict__.get("_wrapped", empty) is empty:
        return getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    return user

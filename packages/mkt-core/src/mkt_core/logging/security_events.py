"""Who has logged in, who could not, and who has logged out.

Django logs what it refuses (``django.request``, ``django.security.*``), and says nothing about logins. Names and e-mail
addresses that were typed in are not written, since passwords are typed into the wrong field; a keyed hash of them is,
so that attempts on one account can be counted.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import signals
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from mkt_core.user_hash import keyed_hash, user_hash

from .who import who_fields

logger = logging.getLogger("mkt_core.security_events")

# Keys of credentials that say who somebody claims to be, the first that is there.
_NAME_KEYS = ("username", "email", "login", "user")


def connect() -> None:
    """Called once, when mkt-core is ready."""
    for signal, receiver in (
        (signals.user_logged_in, user_logged_in),
        (signals.user_logged_out, user_logged_out),
        (signals.user_login_failed, user_login_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"mkt_core.logging.{receiver.__name__}")


def log_event(
    action: str,
    message: str,
    *,
    outcome: str = "success",
    category: str = "iam",
    kind: str = "info",
    level: int = logging.INFO,
    request: HttpRequest | None = None,
    fields: Mapping[str, Any] | None = None,
    labels: Mapping[str, Any] | None = None,
) -> None:
    """Log something that has to do with security, with a stable ``event.action``. Never raises.

    ``outcome`` is "success", "failure" or "unknown"; ``category`` and ``kind`` are values of ECS's ``event.category``
    and ``event.type``. ``fields`` have ECS names, ``labels`` names of their own; secrets are taken out of both.
    """
    try:
        ecs = {
            "event.kind": "event",
            "event.category": [category],
            "event.type": [kind],
            "event.action": action,
            "event.outcome": outcome,
            **who_fields(request),
            **(fields or {}),
        }
        logger.log(level, message, extra={"ecs": ecs, **(labels or {})})
    except Exception:  # a login must not fail because it cannot be logged
        logger.exception("A security event could not be logged: %s", action)


def user_logged_in(
    sender: Any, request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any
) -> None:
    """Which backend has let the user in says by what factor."""
    backend = getattr(user, "backend", "") or ""
    log_event(
        "user-login",
        "A user has logged in",
        category="authentication",
        kind="start",
        request=request,
        fields={"user.hash": user_hash(user)},
        labels={"auth_backend": backend} if backend else {},
    )


def user_logged_out(
    sender: Any, request: HttpRequest | None, user: AbstractBaseUser | None, **kwargs: Any
) -> None:
    """``user`` is None when nobody was logged in."""
    if user is None:
        return
    log_event(
        "user-logout",
        "A user has logged out",
        category="authentication",
        kind="end",
        request=request,
        fields={"user.hash": user_hash(user)},
    )


def user_login_failed(
    sender: Any,
    credentials: Mapping[str, Any],
    request: HttpRequest | None = None,
    **kwargs: Any,
) -> None:
    """A failed attempt is worth a warning: many of them are an attack."""
    name = next((credentials[key] for key in _NAME_KEYS if credentials.get(key)), "")
    log_event(
        "user-login",
        "A login has failed",
        outcome="failure",
        category="authentication",
        kind="start",
        level=logging.WARNING,
        request=request,
        labels={"attempted_user_hash": keyed_hash(f"name:{str(name).casefold()}")} if name else {},
    )

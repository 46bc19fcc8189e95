"""Make, rotate and revoke tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mkt_core.accounts import audit
from mkt_core.networks import parse_network

from ..conf import api_settings
from ..models import ApiToken
from ..signals import token_created, token_revoked, token_rotated
from . import keys
from .cors import is_origin
from .scopes import READ, unknown


def create_token(
    name: str,
    *,
    scopes: Iterable[str] = (READ,),
    sites: Iterable[Any] = (),
    origins: Iterable[str] = (),
    networks: Iterable[str] = (),
    limit: int | None = None,
    expires_at: datetime | None = None,
    user: Any = None,
    replaces: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """A new row, and the token itself, which nobody can look up later.

    ``sites`` are primary keys. Writes an entry into Wagtail's log.

    Raises:
        ValidationError: a value that cannot be meant.
    """
    token = ApiToken(
        name=name,
        scopes=list(scopes),
        sites=list(sites),
        origins=list(origins),
        networks=list(networks),
        limit=limit,
        expires_at=expires_at,
        created_by=user,
        replaces=replaces,
    )
    check_token(token)
    return token, issue(token, user=user)


def issue(token: ApiToken, *, user: Any = None) -> str:
    """Save a row that is not in the database yet; the token that it is for."""
    text = keys.generate()
    token.digest, token.hint = keys.digest(text), keys.hint_of(text)
    with transaction.atomic():
        token.save(force_insert=True)
        audit.record(audit.TOKEN_CREATE, token, user=user, data=_described(token))
        token_created.send_robust(sender=ApiToken, token=token, user=user)
    return text


def rotate_token(
    token: ApiToken, *, overlap: timedelta | None = None, user: Any = None
) -> tuple[ApiToken, str]:
    """A successor that may do the same, and the new token. The old one works on for ``overlap``.

    The successor lasts as long as the old one was meant to. ``overlap``: ``MKT_API["TOKEN_OVERLAP_HOURS"]`` by default.

    Raises:
        ValidationError: the token works no more.
    """
    if not token.is_active:
        raise ValidationError(_("Only a token that works can be rotated."))
    if overlap is None:
        overlap = timedelta(hours=api_settings.current.TOKEN_OVERLAP_HOURS)
    now = timezone.now()
    lasts = None if token.expires_at is None else token.expires_at - token.created_at
    with transaction.atomic():
        successor, text = create_token(
            token.name,
            scopes=token.scopes,
            sites=token.sites,
            origins=token.origins,
            networks=token.networks,
            limit=token.limit,
            expires_at=None if lasts is None else now + lasts,
            user=user,
            replaces=token,
        )
        token.expires_at = min(filter(None, (token.expires_at, now + overlap)))
        token.save(update_fields=["expires_at"])
        token_rotated.send_robust(sender=ApiToken, token=token, successor=successor, user=user)
    return successor, text


def revoke_token(token: ApiToken, *, user: Any = None) -> None:
    """It works no more: here at once, in other processes after ``TOKEN_CACHE_SECONDS``. Twice is as good as once."""
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    with transaction.atomic():
        token.save(update_fields=["revoked_at"])
        audit.record(audit.TOKEN_REVOKE, token, user=user)
        token_revoked.send_robust(sender=ApiToken, token=token, user=user)


def check_token(token: ApiToken) -> None:
    """
    Raises:
        ValidationError: by field, what cannot be meant.
    """
    errors = {
        "name": [] if token.name.strip() else [_("A token needs a name.")],
        "scopes": _scope_errors(token.scopes),
        "origins": [
            _("“%(origin)s” is no origin such as https://www.example.com.") % {"origin": origin}
            for origin in token.origins
            if not is_origin(origin)
        ],
        "networks": [error for network in token.networks if (error := _network_error(network))],
        "limit": [_("A limit is at least 1.")] if token.limit == 0 else [],
    }
    if found := {field: messages for field, messages in errors.items() if messages}:
        raise ValidationError(found)


def _scope_errors(scopes: list[str]) -> list[str]:
    from ..registry import registry

    if not scopes:
        return [_("Without a scope a token opens nothing.")]
    return [
        _("There is no scope “%(scope)s”.") % {"scope": scope}
        for scope in unknown(scopes, registry)
    ]


def _network_error(network: str) -> str:
    try:
        parse_network(network)
    except ValueError:
        return _("“%(network)s” is no address or network.") % {"network": network}
    return ""


def _described(token: ApiToken) -> dict[str, Any]:
    """What an entry in the log says of it; nothing of the token itself."""
    return {
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes,
        "sites": token.sites,
        "replaces": token.replaces_id,
        "expires_at": None if token.expires_at is None else token.expires_at.isoformat(),
    }

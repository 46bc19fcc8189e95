"""Wagtail's own tokens (Wagtail 8), where ``MKT_API["WAGTAIL_TOKENS"]`` allows them."""

from __future__ import annotations

from typing import Any

from mkt_core.compat import WAGTAIL_8

from ..conf import api_settings
from .identity import Access
from .lookup import remembered
from .scopes import READ

_PREFIX = "wagtail_"


def access_of_token(token: str) -> Access | None:
    """That of the user whose token it is; None if it is none, or they are not wanted here.

    It opens the pages that its user may see. No query for some seconds after the first.
    """
    if not (WAGTAIL_8 and api_settings.current.WAGTAIL_TOKENS and token.startswith(_PREFIX)):
        return None
    from wagtail.models import APIToken

    if not APIToken.validate_token_format(token):
        return None
    user = remembered(APIToken.hash_token(token), lambda: _user_of(token))
    if user is None:
        return None
    return Access("wagtail", f"user:{user.pk}", frozenset({READ}), user=user)


def _user_of(token: str) -> Any:
    from wagtail.models import APIToken

    found = (
        APIToken.objects.select_related("user")
        .filter(key_hash__in=APIToken.candidate_key_hashes(token), revoked_at=None)
        .first()
    )
    return found.user if found is not None and found.user.is_active else None

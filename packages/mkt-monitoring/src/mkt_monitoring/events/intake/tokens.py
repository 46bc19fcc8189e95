"""Signed tokens that say for which site an event is, and from which other origin it may come.

A token is no secret: it is on every page, the same for all visitors, so that pages with it can be cached. It keeps
events from being told for sites that do not track, and lets front ends on other hosts in one by one.
"""

from __future__ import annotations

from typing import NamedTuple

from django.core.signals import setting_changed
from django.core.signing import BadSignature, Signer

_SALT = "mkt_monitoring.events.intake"
#: No token is longer: an origin has at most 253 characters of a host.
LONGEST = 400
# Tokens that were found right. There is one for each site and front end; forged ones are never kept.
_known: dict[str, Token] = {}


class Token(NamedTuple):
    """What a token says. ``origin`` ("https://app.example.com") is empty for pages of the site itself."""

    site_id: int
    origin: str


def make_token(site_id: int, origin: str = "") -> str:
    """The token of a site, for its own pages or for a front end on another origin."""
    return Signer(salt=_SALT).sign(f"{site_id}|{origin}")


def read_token(text: str) -> Token | None:
    """What the token says; None if it was not made here. Keys in ``SECRET_KEY_FALLBACKS`` count."""
    token = _known.get(text)
    if token is None and len(text) <= LONGEST:
        try:
            site_id, _, origin = Signer(salt=_SALT).unsign(text).partition("|")
        except BadSignature:
            return None
        token = _known[text] = Token(int(site_id), origin)
    return token


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
        _known.clear()


setting_changed.connect(_forget, dispatch_uid="mkt_monitoring.events.intake.tokens")

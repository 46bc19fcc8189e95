"""Who sends a request: somebody with a token, somebody who is logged in, or anybody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from mkt_core.client_address import client_address, client_key
from mkt_core.networks import is_address_in
from mkt_core.ratelimit import hit
from mkt_core.ratelimit.identities import identity_of

from ..conf import api_settings
from ..facts import facts_of
from . import keys, usage, wagtail_tokens
from .identity import Access, TokenFacts
from .limits import refusal_rule
from .lookup import find_token
from .refusals import (
    Refusal,
    invalid_token,
    malformed_authorization,
    rate_limited,
    token_required,
    wrong_place,
)
from .scopes import READ

#: Schemes that a proxy in front of the site may ask for; they are none of our business.
_OF_PROXIES = frozenset({"basic", "digest", "negotiate", "ntlm"})
_MAX_HEADER_LENGTH = 512
_by_client = identity_of("client")


def authenticate(request: HttpRequest) -> Access:
    """Who asks, and what they may do.

    No query for a token that was seen a moment ago, one for any other. A token that is no good is an error and never
    turns into anonymous reading.

    Raises:
        Refusal: 401 for a token that does not work, or for none where one is needed; 403 for one used from the wrong
            network or origin; 429 for an address that has tried too many.
    """
    token = presented_token(request)
    if token is not None:
        return _with_token(request, token)
    if (session := _session_access(request)) is not None:
        return session
    scopes = frozenset({READ}) if api_settings.current.ANONYMOUS_READ else frozenset[str]()
    return Access("anonymous", _client(request), scopes)


def require_reader(access: Access) -> None:
    """
    Raises:
        Refusal: 401, since nobody has said who they are, and that is needed here.
    """
    if access.kind == "anonymous" and not access.scopes:
        raise token_required()


def presented_token(request: HttpRequest) -> str | None:
    """What stands behind ``Authorization: Bearer``; None without such a header.

    Raises:
        Refusal: 401, the header is there and cannot be read.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return None
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() in _OF_PROXIES:
        return None
    token = rest.strip()
    if scheme.lower() != "bearer" or not token or " " in token or len(header) > _MAX_HEADER_LENGTH:
        raise malformed_authorization()
    return token


def _with_token(request: HttpRequest, token: str) -> Access:
    try:
        access = _ours(request, token) or wagtail_tokens.access_of_token(token)
        if access is None:
            raise invalid_token()
    except Refusal:
        _count_refusal(request)
        raise
    return access


def _ours(request: HttpRequest, token: str) -> Access | None:
    if not token.startswith(keys.PREFIX):
        return None
    facts = find_token(token)
    if facts is None:
        return None
    _check_place(request, facts)
    usage.note(facts)
    return Access("token", f"token:{facts.pk}", facts.scopes, facts)


def _check_place(request: HttpRequest, facts: TokenFacts) -> None:
    if facts.networks and not is_address_in(client_address(request), facts.networks):
        raise wrong_place("network")
    origin = request.META.get("HTTP_ORIGIN", "")
    if facts.origins and origin and origin not in facts.origins:
        raise wrong_place("origin")
    if facts.sites and facts_of(request).site_key not in facts.sites:
        raise wrong_place("site")


def _count_refusal(request: HttpRequest) -> None:
    """So that nobody finds out by trying. Tokens that work are not held up by others from the same address."""
    rule = refusal_rule()
    if rule is None:
        return
    decision = hit(rule, client_key(request))
    if not decision.allowed:
        raise rate_limited([decision])


def _client(request: HttpRequest) -> str:
    """Whom limits count where nobody says who they are. Warns of a proxy that makes all clients look like one."""
    return _by_client(request) or ""


def _session_access(request: HttpRequest) -> Access | None:
    """Only for reading, and only where there is a session: a cookie must not make anybody write."""
    if not api_settings.current.SESSION_ACCESS or request.method not in ("GET", "HEAD"):
        return None
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Access("session", f"user:{user.pk}", frozenset({READ}), user=user)
    if getattr(request, "session", {}).get("passed_page_view_restrictions"):
        return Access("session", _client(request), frozenset({READ}), user=user)
    return None

"""How often somebody may try to log in.

Counted are, apart from each other: one account from one address, strictly; one address, whatever the account; and one
account from everywhere, leniently, with a wait that grows. The last would let strangers keep an editor out. So browsers
that the account was logged in with before, which a signed cookie tells, are counted by themselves instead.

Names nobody has are counted like those of accounts, and who is refused does not learn whether the password was right:
it is not looked at. An attempt is counted before its password is checked, so that many at once are no way around; when
it was right, the account starts afresh.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from ..client_address import client_key
from ..ratelimit import Decision, Rule, hit, hit_all, peek, reset_all
from ..signals import login_throttled
from . import devices
from .rules import account_rules, address_rule, pair_rule, reset_rules

logger = logging.getLogger(__name__)

Pairs = Sequence[tuple[Rule, str]]

_ATTRIBUTE = "_mkt_core_logins"
#: Whose password is being checked without the middleware.
_checking: ContextVar[str] = ContextVar("mkt_core_login_checking", default="")


@dataclass
class Attempt:
    """Somebody tries to log in as ``account``."""

    account: str
    #: What was counted, and is given back if the password was right.
    counted: Pairs
    failed: bool = False


@dataclass
class Logins:
    """What happened in one request."""

    attempts: list[Attempt] = field(default_factory=list)
    #: Why somebody was refused: the limit with the longest wait.
    refusal: Decision | None = None
    #: Who is logged in since this request.
    user: Any = None


def open_logins(request: HttpRequest) -> Logins:
    """Called by the middleware: from now on until ``close_logins`` attempts are noted."""
    logins = Logins()
    setattr(request, _ATTRIBUTE, logins)
    return logins


def logins_of(request: Any) -> Logins | None:
    """None outside of a request, or without the middleware."""
    # Django REST framework hands its own request on, which has Django's inside.
    return getattr(getattr(request, "_request", request), _ATTRIBUTE, None)


def account_name(credentials: Mapping[str, Any]) -> str:
    """Whose password is tried, in one spelling; "" if it is not about a name and a password, as with single sign-on."""
    if not isinstance(credentials.get("password"), str):
        return ""
    for key in (get_user_model().USERNAME_FIELD, "username", "email", "login"):
        if isinstance(name := credentials.get(key), str) and name:
            return normalized(name)
    return ""


def normalized(name: str) -> str:
    # Databases may find an account by other spellings than its own.
    return unicodedata.normalize("NFKC", name).strip().casefold()


def begin(request: HttpRequest | None, account: str) -> Decision | None:
    """Count an attempt. Returns why it is refused, or None.

    Two round trips to the cache. Without the middleware nobody would tell that the password was right: then only
    ``failed()`` counts.
    """
    logins = logins_of(request)
    if logins is None or request is None:
        refusal = _worst([peek(rule, account) for rule in account_rules()])
        _checking.set("" if refusal else account)
        return refusal
    address = client_key(getattr(request, "_request", request))
    device = devices.known_device(request, account)
    pairs = [(pair_rule(), f"{device or address} {account}")]
    if not device:
        pairs += [(rule, account) for rule in account_rules()]
    refusal = _worst([peek(address_rule(), address)]) or _worst(hit_all(pairs))
    if refusal is None:
        logins.attempts.append(Attempt(account, pairs))
    else:
        logins.refusal = refusal
        _tell(request, "login", refusal)
    return refusal


def failed(request: HttpRequest | None, account: str) -> None:
    """The credentials were wrong, or refused."""
    logins = logins_of(request)
    if logins is None or request is None:
        if account and _checking.get() == account:
            hit_all([(rule, account) for rule in account_rules()])
        return
    for attempt in logins.attempts:
        if attempt.account == account and not attempt.failed:
            attempt.failed = True
            hit(address_rule(), client_key(getattr(request, "_request", request)))


def close_logins(logins: Logins, *, answered: bool) -> None:
    """The request is over; ``answered`` unless it ended in an error. Who was let in has nothing to wait for."""
    for attempt in logins.attempts:
        if not attempt.failed and (answered or logins.user is not None):
            reset_all(attempt.counted)


def count_password_reset(request: HttpRequest, email: str) -> Decision | None:
    """Count a request for a new password. Returns why it is refused, or None."""
    by_mail, by_address = reset_rules()
    pairs = [(by_mail, normalized(email)), (by_address, client_key(request))]
    refusal = _worst(hit_all(pairs))
    if refusal is not None:
        _tell(request, "password_reset", refusal)
    return refusal


def _worst(decisions: Sequence[Decision]) -> Decision | None:
    refusals = [decision for decision in decisions if not decision.allowed]
    return max(refusals, key=lambda refusal: refusal.retry_after_seconds, default=None)


def _tell(request: HttpRequest, action: str, refusal: Decision) -> None:
    # No warning: under attack there would be one for each attempt, and the limit itself says when it is reached.
    logger.info("Too many attempts (%s): refused for a while.", refusal.rule.name)
    login_throttled.send(
        sender=Decision,
        action=action,
        limit=refusal.rule.name,
        retry_after_seconds=refusal.retry_after_seconds,
        request=request,
    )

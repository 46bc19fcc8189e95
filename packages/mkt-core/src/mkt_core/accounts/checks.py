"""System checks of the limits of logins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from ..conf import CoreSettings, core_settings
from .rules import account_rules, address_rule, pair_rule, reset_rules

_AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
_MIDDLEWARE = "mkt_core.accounts.middleware.AccountsMiddleware"


def check_accounts(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E120``, ``E121``: limits. ``W122``–``W124``: how the throttle is installed."""
    try:
        conf = core_settings.current
    except ImproperlyConfigured:
        # What is wrong is reported by the check of the whole setting.
        return []
    return [*_bad_limits(conf), *_bad_installation()]


def _bad_limits(conf: CoreSettings) -> Iterator[CheckMessage]:
    if conf.LOGIN_DEVICE_DAYS < 0:
        yield _bad_limit("LOGIN_DEVICE_DAYS is negative")
    try:
        for make in (pair_rule, address_rule, reset_rules):
            make()
    except ValueError as error:
        yield _bad_limit(str(error))
    try:
        rules = account_rules()
    except (ValueError, TypeError) as error:
        yield _bad_account_limits(str(error))
        return
    intervals = [rule.period_seconds / rule.limit for rule in rules]
    if intervals != sorted(intervals):
        yield _bad_account_limits("a later pair waits shorter than the one before it")


def _bad_limit(problem: str) -> CheckMessage:
    return Error(
        f"A limit of logins in MKT_CORE cannot be used: {problem}.",
        hint="Give whole numbers of attempts from 1, and seconds above 0.",
        id="mkt_core.E120",
    )


def _bad_account_limits(problem: str) -> CheckMessage:
    return Error(
        f"MKT_CORE['LOGIN_ACCOUNT_LIMITS'] cannot be used: {problem}.",
        hint="Give pairs of attempts and seconds, such as (10, 300.0), (30, 3600.0), each with a longer wait.",
        id="mkt_core.E121",
    )


def _bad_installation() -> Iterator[CheckMessage]:
    throttles = [_is_throttle(path) for path in settings.AUTHENTICATION_BACKENDS]
    if any(throttles) and not throttles[0]:
        yield CheckWarning(
            "A backend in front of the login throttle lets people in who have tried too often.",
            hint="Put mkt_core.accounts.backends.LoginThrottle first in AUTHENTICATION_BACKENDS.",
            id="mkt_core.W122",
        )
    positions = [index for index, path in enumerate(settings.MIDDLEWARE) if _is_middleware(path)]
    if any(throttles) and not positions:
        yield CheckWarning(
            "Logins are limited by account alone, because AccountsMiddleware is not in MIDDLEWARE.",
            hint=f"Put {_MIDDLEWARE} after AuthenticationMiddleware.",
            id="mkt_core.W123",
        )
    before = settings.MIDDLEWARE[: positions[0]] if positions else []
    if _AUTHENTICATION in settings.MIDDLEWARE and positions and _AUTHENTICATION not in before:
        yield CheckWarning(
            "AccountsMiddleware stands in front of AuthenticationMiddleware, so it does not know who acts.",
            hint=f"Put {_MIDDLEWARE} after AuthenticationMiddleware.",
            id="mkt_core.W124",
        )


def _is_throttle(path: str) -> bool:
    from .backends import LoginThrottle

    return _is_subclass(path, LoginThrottle)


def _is_middleware(path: str) -> bool:
    from .middleware import AccountsMiddleware

    return _is_subclass(path, AccountsMiddleware)


def _is_subclass(path: str, base: type) -> bool:
    try:
        found = import_string(path)
    except ImportError:
        # Django says so as soon as it is needed.
        return False
    return isinstance(found, type) and issubclass(found, base)

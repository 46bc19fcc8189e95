"""The limits of logins and password resets, as ``MKT_CORE`` has them."""

from __future__ import annotations

from functools import cache

from ..conf import core_settings
from ..ratelimit import Rule

_make = cache(Rule)


def pair_rule() -> Rule:
    """One account from one address or device."""
    conf = core_settings.current
    return _make(
        "login",
        conf.LOGIN_ATTEMPTS,
        conf.LOGIN_PERIOD_SECONDS,
        on_failure=conf.LOGIN_WITHOUT_CACHE,
    )


def address_rule() -> Rule:
    """One address, whatever the account."""
    conf = core_settings.current
    return _make(
        "login-address",
        conf.LOGIN_ADDRESS_FAILURES,
        conf.LOGIN_ADDRESS_PERIOD_SECONDS,
        on_failure=conf.LOGIN_WITHOUT_CACHE,
    )


def account_rules() -> list[Rule]:
    """One account from everywhere. The more there was, the longer the time until the next attempt."""
    conf = core_settings.current
    return [
        _make(f"login-account-{number}", attempts, seconds, on_failure=conf.LOGIN_WITHOUT_CACHE)
        for number, (attempts, seconds) in enumerate(conf.LOGIN_ACCOUNT_LIMITS, 1)
    ]


def reset_rules() -> tuple[Rule, Rule]:
    """Password resets: for one mail address, and from one address of the network."""
    conf = core_settings.current
    seconds = conf.PASSWORD_RESET_PERIOD_SECONDS
    return (
        _make("password-reset", conf.PASSWORD_RESETS, seconds),
        _make("password-reset-address", conf.PASSWORD_RESETS_PER_ADDRESS, seconds),
    )

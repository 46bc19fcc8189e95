"""``MKT_CORE["RATE_LIMITS"]``: rules for whole parts of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from ..conf import AppSettings, GivenSettings, core_settings
from .identities import Identity, identity_of
from .rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """Keys of one entry."""

    name: str
    limit: int
    period_seconds: float
    burst: int | None = None
    on_failure: Literal["open", "closed"] = "open"
    # What the path of the request begins with: any of these.
    paths: tuple[str, ...] = ("/",)
    # None: all methods.
    methods: tuple[str, ...] = ()
    # "client", "header:X-API-Key", or the dotted path of a function of the request.
    by: str = "client"


@dataclass(frozen=True, slots=True)
class SiteRule:
    """One entry, prepared."""

    rule: Rule
    paths: tuple[str, ...]
    methods: frozenset[str]
    identify: Identity

    def applies_to(self, path: str, method: str) -> bool:
        """Whether a request falls under it."""
        return path.startswith(self.paths) and (not self.methods or method in self.methods)


@cache
def site_rules() -> tuple[SiteRule, ...]:
    """The rules in force.

    Raises:
        ImproperlyConfigured: an entry cannot be used; the text says which and why.
    """
    found = []
    for position, given in enumerate(core_settings.current.RATE_LIMITS):
        problems = problems_of(position, given)
        if problems:
            raise ImproperlyConfigured(" ".join(problems))
        found.append(_prepared(_settings_of(position, given).current))
    return tuple(found)


def problems_of(position: int, given: Mapping[str, Any]) -> list[str]:
    """Why the entry cannot be used, in sentences. Never raises for a bad value."""
    reader = _settings_of(position, given)
    if problems := reader.problems():
        return problems
    try:
        _prepared(reader.current)
    except ValueError as error:
        return [f"{reader.name}: {error}."]
    return []


def _settings_of(position: int, given: Mapping[str, Any]) -> AppSettings[RuleSettings]:
    return GivenSettings(f"MKT_CORE['RATE_LIMITS'][{position}]", RuleSettings, given)


def _prepared(conf: RuleSettings) -> SiteRule:
    if conf.by == "user":
        raise ValueError(
            "nobody is logged in yet where limits of the site are counted: decorate the view"
        )
    if not conf.paths or any(not path.startswith("/") for path in conf.paths):
        raise ValueError("paths begin with a slash, and there is at least one")
    return SiteRule(
        rule=Rule(conf.name, conf.limit, conf.period_seconds, conf.burst, conf.on_failure),
        paths=tuple(conf.paths),
        methods=frozenset(method.upper() for method in conf.methods),
        identify=identity_of(conf.by),
    )


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "MKT_CORE":
        site_rules.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.ratelimit.configuration")

"""How often somebody may ask."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mkt_core.ratelimit import Decision, Rule, hit, peek

from ..conf import api_settings
from .identity import Access

#: A request never counts as more than this.
MAX_COST = 20
#: Items that an ordinary request gives; each further page of so many counts once more.
_ITEMS = 20

_make = cache(Rule)


def rule_for(access: Access) -> Rule | None:
    """What holds for whoever asks; None: there is no limit."""
    conf = api_settings.current
    if access.kind == "anonymous":
        limit, name = conf.ANONYMOUS_LIMIT, "api-anonymous"
    else:
        own = access.token.limit if access.token is not None else None
        limit, name = (conf.TOKEN_LIMIT if own is None else own), "api-token"
    return _make(name, limit, conf.LIMIT_PERIOD_SECONDS) if limit > 0 else None


def refusal_rule() -> Rule | None:
    """How many tokens that do not work an address may try."""
    conf = api_settings.current
    if conf.REFUSAL_LIMIT <= 0:
        return None
    return _make("api-refusals", conf.REFUSAL_LIMIT, conf.LIMIT_PERIOD_SECONDS)


def charge(access: Access, cost: int = 1) -> Decision | None:
    """Count a request, atomically, or refuse it; None where there is no limit. One round trip to the cache."""
    rule = rule_for(access)
    return None if rule is None else hit(rule, access.key, cost=affordable(rule, cost))


def look(access: Access) -> Decision | None:
    """What is left, without counting."""
    rule = rule_for(access)
    return None if rule is None else peek(rule, access.key)


def affordable(rule: Rule, cost: int) -> int:
    """The cost, but never more than the limit itself: such a request could never be made."""
    return max(1, min(cost, MAX_COST, rule.capacity))


def cost_of(parameters: Mapping[str, str]) -> int:
    """What a query string asks for, in ordinary requests.

    One; one more for each further ``limit`` of 20, for each relation in ``include`` and for ``fields=*``. Reads the
    text as it came: what is wrong with it is told later, at the price of one.
    """
    cost = 1
    limit = parameters.get("limit", "")
    if limit.isascii() and limit.isdigit():
        cost += max(0, int(limit[:6]) - 1) // _ITEMS
    if include := parameters.get("include", ""):
        cost += include.count(",") + 1
    if "*" in parameters.get("fields", "").split(","):
        cost += 1
    return min(cost, MAX_COST)

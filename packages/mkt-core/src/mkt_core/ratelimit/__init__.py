"""Rate limits: how often somebody may do something.

>>> LOGIN = Rule("login", limit=10, period_seconds=300, on_failure="closed")
>>> decision = hit(LOGIN, client_key(request))
>>> if not decision.allowed:
...     return refusal(request, [decision])
"""

from .decorators import rate_limit
from .headers import headers
from .limiter import ahit, ahit_all, hit, hit_all, peek, reset, reset_all
from .responses import add_headers, refusal
from .rule import Decision, Rule

__all__ = [
    "Decision",
    "Rule",
    "add_headers",
    "ahit",
    "ahit_all",
    "headers",
    "hit",
    "hit_all",
    "peek",
    "rate_limit",
    "refusal",
    "reset",
    "reset_all",
]

"""Rate limits: how often somebody may do something.

>>> LOGIN = Rule("login", limit=10, period_seconds=300, on_failure="closed")
>>> decision = hit(LOGIN, client_key(request))
>>> if not decision.allowed:
...     return HttpResponse(status=429, headers=headers(decision))
"""

from .headers import headers
from .limiter import hit, hit_all, peek, reset
from .rule import Decision, Rule

__all__ = ["Decision", "Rule", "headers", "hit", "hit_all", "peek", "reset"]

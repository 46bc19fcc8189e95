"""Limits on single views."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutine
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse

from .exemptions import is_exempt
from .identities import Identity, identity_of
from .limiter import hit_all
from .responses import add_headers, refusal
from .rule import Decision, Rule

View = TypeVar("View", bound=Callable[..., Any])
Cost = int | Callable[[HttpRequest], int]


def rate_limit(
    *rules: Rule,
    by: str | Identity = "client",
    methods: Iterable[str] = (),
    cost: Cost = 1,
    block: bool = True,
) -> Callable[[View], View]:
    """Allow no more than ``rules`` do, counting all of them or none; views may be sync or async.

    Args:
        *rules: what is allowed.
        by: "client", "user", "header:X-API-Key", or a function of the request that says who it is (None: not limited).
        methods: only these; none means all.
        cost: hits that one request counts as, or a function of the request.
        block: answer 429 in place of the view. Without it the view runs and finds ``request.rate_limited``.

    Decorate what ``as_view()`` of a class returns. ``request.rate_decisions`` has the decisions. Put it outside of
    decorators that store responses.
    """
    only = frozenset(method.upper() for method in methods)
    limit = _ViewLimit(rules, identity_of(by), only, cost, block)

    def decorate(view: View) -> View:
        return cast(
            View, limit.around_async(view) if iscoroutinefunction(view) else limit.around(view)
        )

    return decorate


@dataclass(frozen=True, slots=True)
class _ViewLimit:
    rules: tuple[Rule, ...]
    identify: Identity
    methods: frozenset[str]
    cost: Cost
    block: bool

    def around(self, view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            decisions, refused = self.counted(request)
            if refused is not None:
                return refused
            response = view(request, *args, **kwargs)
            if iscoroutine(response):
                response.close()
                raise TypeError(
                    "rate_limit cannot see that the view is asynchronous: decorate what as_view() returns."
                )
            add_headers(response, decisions)
            return response

        return wrapper

    def around_async(self, view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        async def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            decisions, refused = await sync_to_async(self.counted)(request)
            if refused is not None:
                return refused
            response = await view(request, *args, **kwargs)
            add_headers(response, decisions)
            return response

        return wrapper

    def counted(self, request: HttpRequest) -> tuple[list[Decision], HttpResponse | None]:
        """What was decided, and what to answer if that was no. Who it is and that answer may need the database."""
        pairs = self.pairs_for(request)
        decisions = hit_all(pairs, cost=self.cost_of(request)) if pairs else []
        is_refused = _note(request, decisions)
        return decisions, refusal(request, decisions) if is_refused and self.block else None

    def pairs_for(self, request: HttpRequest) -> list[tuple[Rule, str]]:
        if (self.methods and request.method not in self.methods) or is_exempt(request):
            return []
        key = self.identify(request)
        return [] if key is None else [(rule, key) for rule in self.rules]

    def cost_of(self, request: HttpRequest) -> int:
        return self.cost(request) if callable(self.cost) else self.cost


def _note(request: Any, decisions: list[Decision]) -> bool:
    """Whether any is refused; views and templates may know."""
    refused = any(not decision.allowed for decision in decisions)
    request.rate_limited = getattr(request, "rate_limited", False) or refused
    request.rate_decisions = [*getattr(request, "rate_decisions", []), *decisions]
    return refused

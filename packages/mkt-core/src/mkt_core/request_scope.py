"""What log lines say about the request that is being answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from weakref import ref

from .request_id import request_id_variable
from .trace_context import TraceContext, opentelemetry_trace
from .user_hash import known_user, user_hash

if TYPE_CHECKING:
    from django.http import HttpRequest

#: Key of the scope in ``request.META``.
META_KEY = "mkt.request_scope"


class RequestScope:
    """One request: its id, its trace and, once somebody has asked who it is, its user."""

    __slots__ = ("_line_part", "_request", "_user_hash", "request_id", "trace")

    def __init__(self, request: HttpRequest, request_id: str, trace: TraceContext) -> None:
        self.request_id = request_id
        self.trace = trace
        # A request holds its scope; a reference back would leave both to the garbage collector.
        self._request = ref(request)
        self._user_hash = ""
        self._line_part = ""

    @property
    def user_hash(self) -> str:
        """Of the user, if the request has already looked one up: this never asks the database. Empty if not."""
        if not self._user_hash and (request := self._request()) is not None:
            self._user_hash = user_hash(known_user(request))
        return self._user_hash

    @property
    def line_part(self) -> str:
        """``,"http.request.id":…`` and what else every JSON line of this request has."""
        if not self._line_part or (not self._user_hash and self.user_hash):
            self._line_part = f",{json.dumps(self.fields, separators=(',', ':'))[1:-1]}"
        return self._line_part

    @property
    def fields(self) -> dict[str, str]:
        """The same as a dictionary."""
        fields = {
            "http.request.id": self.request_id,
            "trace.id": self.trace.trace_id,
            "span.id": self.trace.span_id,
        }
        return {**fields, "user.hash": self._user_hash} if self.user_hash else fields

    @contextmanager
    def active(self) -> Iterator[None]:
        """Lines logged inside belong to this request, although it is over, as that of a stream is."""
        scope, request_id = scope_variable.set(self), request_id_variable.set(self.request_id)
        try:
            yield
        finally:
            request_id_variable.reset(request_id)
            scope_variable.reset(scope)


#: Set by ``RequestIdMiddleware``.
scope_variable: ContextVar[RequestScope | None] = ContextVar("mkt_request_scope", default=None)


def current_trace() -> TraceContext | None:
    """OpenTelemetry's current span, or the trace of the current request; None if there is neither."""
    if (trace := opentelemetry_trace()) is not None:
        return trace
    scope = scope_variable.get()
    return scope.trace if scope is not None else None


def outgoing_trace_headers() -> dict[str, str]:
    """``traceparent`` and ``tracestate`` for a request that we make ourselves; empty outside of a request."""
    trace = current_trace()
    return trace.headers() if trace is not None else {}


def outgoing_traceparent() -> str:
    """``traceparent`` alone, as ``mkt_core.outgoing`` takes it; empty outside of a request."""
    return outgoing_trace_headers().get("traceparent", "")

"""W3C Trace Context: which trace a request belongs to (https://www.w3.org/TR/trace-context-2/)."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from random import getrandbits
from typing import Any

# Version "ff" and ids of zeros only are invalid. Later versions may have more behind another dash.
_TRACEPARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?",
    re.ASCII,
)
# The characters of list members: printable ASCII. What they mean is for those to know who wrote them.
_TRACESTATE = re.compile(r"[\x20-\x7e\t]{1,512}")
# "sampled" and "random"; the other flags are not defined yet and must not be passed on.
_KNOWN_FLAGS = 0b11


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Where we are in a trace. ``span_id`` is ours, ``parent_id`` the caller's (empty: the trace began here)."""

    trace_id: str
    span_id: str
    parent_id: str = ""
    flags: int = 0
    state: str = ""

    def headers(self) -> dict[str, str]:
        """What a request that we make ourselves should carry."""
        found = {"traceparent": f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}"}
        return {**found, "tracestate": self.state} if self.state else found


def new_trace() -> TraceContext:
    """A trace that begins here. Its ids are random, but no secrets."""
    return TraceContext(f"{getrandbits(128) or 1:032x}", new_span_id())


def new_span_id() -> str:
    """16 hexadecimal digits, not all of them zero."""
    return f"{getrandbits(64) or 1:016x}"


def continued_trace(traceparent: str, tracestate: str = "") -> TraceContext | None:
    """The caller's trace with a span of our own; None if ``traceparent`` is not well-formed."""
    match = _TRACEPARENT.fullmatch(traceparent.strip(" \t"))
    if match is None:
        return None
    version, trace_id, parent_id, flags, more = match.groups()
    if version == "00" and more:
        return None
    return TraceContext(
        trace_id,
        new_span_id(),
        parent_id,
        int(flags, 16) & _KNOWN_FLAGS,
        tracestate if _TRACESTATE.fullmatch(tracestate) else "",
    )


def trace_of(meta: Mapping[str, Any], *, trusted: bool) -> TraceContext:
    """The trace of a request with these headers (``request.META``), a new one unless they are trusted and sound."""
    if trusted and (traceparent := meta.get("HTTP_TRACEPARENT")):
        continued = continued_trace(traceparent, meta.get("HTTP_TRACESTATE", ""))
        if continued is not None:
            return continued
    return new_trace()


def opentelemetry_trace() -> TraceContext | None:
    """The current span of OpenTelemetry; None if there is none, or nobody has loaded its API."""
    # A site that has not imported it has no spans, and must not pay for the import.
    if (api := sys.modules.get("opentelemetry.trace")) is None:
        return None
    try:
        context = api.get_current_span().get_span_context()
        if not context.is_valid:
            return None
        return TraceContext(
            f"{context.trace_id:032x}",
            f"{context.span_id:016x}",
            flags=int(context.trace_flags) & _KNOWN_FLAGS,
            state=context.trace_state.to_header(),
        )
    except Exception:  # noqa: BLE001 - tracing is other people's code, and must not stop a request or a log line
        return None

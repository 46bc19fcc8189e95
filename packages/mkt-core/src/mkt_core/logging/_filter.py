"""Request ids for formatters other than ours."""

from __future__ import annotations

import logging

from mkt_core.request_id import current_request_id
from mkt_core.request_scope import current_trace, scope_variable


class RequestIdFilter(logging.Filter):
    """Set ``request_id``, ``trace_id``, ``span_id`` and ``user_hash`` on a record, ``-`` where there is none.

    For ``%(request_id)s`` and so on in a text format. Also needed before a ``QueueHandler``: its listener formats in
    another thread, where the request is not known.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        scope, trace = scope_variable.get(), current_trace()
        record.request_id = current_request_id() or "-"
        record.trace_id = trace.trace_id if trace is not None else "-"
        record.span_id = trace.span_id if trace is not None else "-"
        record.user_hash = (scope.user_hash if scope is not None else "") or "-"
        return True

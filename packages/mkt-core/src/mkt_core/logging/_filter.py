"""Request ids for formatters other than ours."""

from __future__ import annotations

import logging

from mkt_core.request_id import current_request_id


class RequestIdFilter(logging.Filter):
    """Set ``record.request_id``, for ``%(request_id)s`` in a text format; ``-`` outside of a request.

    Also needed before a ``QueueHandler``: its listener formats in another thread, where the request is not known.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        return True

"""The id of the request being answered, known everywhere below without passing it along."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

#: Key of the id in ``request.META``.
META_KEY = "mkt.request_id"

#: Set by ``RequestIdMiddleware``; others read it through ``current_request_id()``.
request_id_variable: ContextVar[str | None] = ContextVar("mkt_request_id", default=None)

# Everything that ids of proxies are made of, and nothing that could break a log line or a header.
_WELL_FORMED = re.compile(r"[A-Za-z0-9._:=+/@-]{1,128}")


def current_request_id() -> str | None:
    """The id of the current request, or None outside of one."""
    return request_id_variable.get()


def new_request_id() -> str:
    """32 hexadecimal digits, random."""
    return uuid.uuid4().hex


def is_well_formed(value: str) -> bool:
    """Whether an id that came from outside may be logged and sent back."""
    return _WELL_FORMED.fullmatch(value) is not None

"""Who does what is being done now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from wagtail.log_actions import get_active_log_context

_request: ContextVar[HttpRequest | None] = ContextVar("mkt_core_account_request", default=None)


@contextmanager
def acting_in(request: HttpRequest) -> Iterator[None]:
    """While the block runs, changes are made by the user of ``request``, who is not asked for until there is one."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def current_user() -> Any:
    """The logged-in user who acts, or None: nobody is logged in, or a command runs.

    In the Wagtail admin this is whom Wagtail itself logs; elsewhere, as in Django's, ``AccountsMiddleware`` knows.
    """
    user = get_active_log_context().user or getattr(_request.get(), "user", None)
    return user if user is not None and user.is_authenticated else None

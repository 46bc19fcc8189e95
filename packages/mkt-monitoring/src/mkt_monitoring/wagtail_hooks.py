"""Tell the middleware what kind of page a request is served by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from .http.durations import PAGE_TYPE_KEY


# Before other hooks: one that answers itself (a log-in form for a private page) is a request for that page type, too.
@hooks.register("before_serve_page", order=-1000)
def note_page_type(
    page: Any, request: HttpRequest, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Only note it: what ``serve`` returns is rendered later, so the time is taken in the middleware."""
    request.META[PAGE_TYPE_KEY] = page._meta.label_lower

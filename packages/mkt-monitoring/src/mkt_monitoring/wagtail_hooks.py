"""Tell the middleware and the events what page a request is served by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from .events.privacy import page_is_tracked
from .events.snapshot import PAGE_ID_KEY, UNTRACKED_KEY
from .http.durations import PAGE_TYPE_KEY


# Before other hooks: one that answers itself (a log-in form for a private page) is a request for that page type, too.
@hooks.register("before_serve_page", order=-1000)
def note_page_type(
    page: Any, request: HttpRequest, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Only note it: what ``serve`` returns is rendered later, so the time is taken in the middleware."""
    request.META[PAGE_TYPE_KEY] = page._meta.label_lower


@hooks.register("before_serve_page", order=-1000)
def note_page(
    page: Any, request: HttpRequest, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """For events of this request: which page, and whether it is to be followed."""
    request.META[PAGE_ID_KEY] = page.pk
    if not page_is_tracked(page):
        request.META[UNTRACKED_KEY] = True

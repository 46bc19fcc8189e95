"""Who may show a response in a frame, where the view or Wagtail has said so already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ._csp import CSP

_FRAMING = "frame-ancestors"


def may_be_framed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the site itself may frame the response though its policy says otherwise.

    So it is for previews, which the admin shows in a frame, and for views with ``xframe_options_sameorigin``.
    """
    if getattr(request, "is_preview", False):
        return True
    own = response.headers.get("X-Frame-Options", "").upper()
    return own == "SAMEORIGIN" and settings.X_FRAME_OPTIONS.upper() != "SAMEORIGIN"


def with_framing(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """The policy, with frames of the site itself allowed."""
    values = policy.get(_FRAMING)
    if values is None:
        return policy
    given = [values] if isinstance(values, str) else list(values)
    others = [value for value in given if value not in (CSP.NONE, CSP.SELF)]
    return {**policy, _FRAMING: [CSP.SELF, *others]}

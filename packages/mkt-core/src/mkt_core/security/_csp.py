"""Django's own Content Security Policy where it exists, and the same for Django 5.2.

The one place where versions of Django are told apart for it. Everything here means what it means in Django 6.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django
from django.utils.html import format_html

try:
    from django.utils.csp import CSP, LazyNonce, build_policy
    from django.views.decorators.csp import csp_override, csp_report_only_override
except ImportError:  # Django 5.2
    from ._shim import (  # type: ignore[assignment]
        CSP,
        LazyNonce,
        build_policy,
        csp_override,
        csp_report_only_override,
    )

    #: Django 6.0 exempts its own pages for developers from every policy; those of 5.2 cannot say so.
    DEVELOPER_PAGES_ARE_EXEMPT = False
else:
    DEVELOPER_PAGES_ARE_EXEMPT = True

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import Media

__all__ = [
    "CONTEXT_KEY",
    "CSP",
    "DEVELOPER_PAGES_ARE_EXEMPT",
    "LazyNonce",
    "build_policy",
    "csp_override",
    "csp_report_only_override",
    "nonce_attr",
]

#: Name of the nonce in template contexts (the constant itself is new in Django 6.1).
CONTEXT_KEY = "csp_nonce"


def nonce_attr(context: Mapping[str, Any], media: Media | None = None) -> str:
    """``nonce="…"``, or the tags of ``media`` with it; the same as in Django 6.1, on every version.

    Empty, or tags without it, where no middleware made a nonce.
    """
    nonce = context.get(CONTEXT_KEY)
    if media:
        return media_with_nonce(media, nonce)
    return "" if nonce is None else format_html('nonce="{}"', nonce)


def media_with_nonce(media: Media, nonce: object) -> str:
    """The tags of ``media``, each with the nonce unless that is None."""
    attrs = {} if nonce is None else {"nonce": nonce}
    if django.VERSION >= (6, 1):
        return media.render(attrs=attrs or None)
    from ._shim import render_media

    return render_media(media, attrs)

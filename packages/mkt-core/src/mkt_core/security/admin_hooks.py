"""What the Wagtail admin loads for ``admin_calls``."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.staticfiles import versioned_static

from .admin_calls import allowed_names, is_installed
from .csp import current_nonce


def calls_script() -> str | SafeString:
    """The tag of ``calls.js`` with the names that it may call; empty without the middleware.

    Its nonce goes to the ``<style>`` elements that Draftail makes while an editor types.
    """
    if not is_installed():
        return ""
    return format_html(
        '<script src="{}" nonce="{}" data-names="{}"></script>',
        versioned_static("mkt_core/admin/calls.js"),
        "" if (nonce := current_nonce.get()) is None else nonce,
        " ".join(allowed_names()),
    )

"""What the Wagtail admin loads for ``admin_calls``."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.staticfiles import versioned_static

from .admin_calls import allowed_names, is_installed


def calls_script() -> str | SafeString:
    """The tag of ``calls.js`` with the names that it may call; empty without the middleware."""
    if not is_installed():
        return ""
    return format_html(
        '<script src="{}" data-names="{}"></script>',
        versioned_static("mkt_core/admin/calls.js"),
        " ".join(allowed_names()),
    )

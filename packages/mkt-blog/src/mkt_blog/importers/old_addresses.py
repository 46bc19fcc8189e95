"""Redirects from the addresses that posts had on their old site."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from .wordpress.errors import ExportError

# As long as the column of Wagtail's redirects.
PATH_MAX_LENGTH = 255


def require_redirects() -> None:
    """Raise ExportError where redirects are no part of the site."""
    if not apps.is_installed("wagtail.contrib.redirects"):
        raise ExportError(
            _("Redirects need “wagtail.contrib.redirects” in INSTALLED_APPS, and its middleware.")
        )


def redirect_to(page: Any, old_path: str) -> None:
    """Let the path lead to the page, on the page's site. At most four queries.

    None is made where the path is the page's own, or an editor has a redirect there already.
    """
    from wagtail.contrib.redirects.models import Redirect

    parts = page.get_url_parts() if old_path else None
    if parts is None or parts[2] is None:
        return
    path = Redirect.normalise_path(old_path)
    if path == Redirect.normalise_path(parts[2]) or len(path) > PATH_MAX_LENGTH:
        return
    Redirect.objects.get_or_create(
        old_path=path,
        site_id=parts[0],
        defaults={"redirect_page_id": page.pk, "is_permanent": True},
    )

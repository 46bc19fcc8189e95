"""The way from the site's front page to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from .addresses import Addresses
from .values import Crumb, Seo

if TYPE_CHECKING:
    from .head import Head


def crumbs_of(page: Any, seo: Seo, head: Head, addresses: Addresses) -> list[Crumb]:
    """Front page first, this page last. One query for what is between them; unpublished pages are left out."""
    steps = [] if page is None else [*_ancestors(page, addresses), page]
    found = [
        Crumb(name=str(step.title), url=url) for step in steps if (url := addresses.full_url(step))
    ]
    found += [
        Crumb(name=str(crumb.name), url=addresses.absolute(crumb.url, head.root_url))
        for crumb in seo.crumbs
    ]
    return found


def _ancestors(page: Any, addresses: Addresses) -> list[Any]:
    root = addresses.root_of(page.url_path)
    if root is None or page.url_path == root.url_path:
        return []
    ancestors = page.get_ancestors().live().order_by("path")
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        ancestors = ancestors.select_related("locale")
    # Of its own class, which may have addresses of its own, but without the text: no query for each class.
    specific = ancestors.specific(defer=True)
    return [step for step in specific if step.url_path.startswith(root.url_path)]

"""Which pages a client may see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Site


def public_pages(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The pages of ``queryset`` that are live, open to everybody and on the request's site."""
    pages: Any = queryset
    return of_site(pages.live().public(), request)


def of_site(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The pages of ``queryset`` on the site that the request was made to, in all its languages.

    Nothing where no site fits. One query for the site, kept on the request by Wagtail.
    """
    pages: Any = queryset
    site = Site.find_for_request(request)
    if site is None:
        return pages.none()
    condition = pages.descendant_of_q(site.root_page, inclusive=True)
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        for root in site.root_page.get_translations():
            condition |= pages.descendant_of_q(root, inclusive=True)
    return pages.filter(condition)

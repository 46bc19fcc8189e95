"""For page classes whose preview in the admin is shown by the front end."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import Site

from .links import client_url, create_unsaved_link, front_end_of


class FrontEndPreviewMixin:
    """``class Story(FrontEndPreviewMixin, Page)``: "Preview" opens the front end with what stands in the form.

    Needs ``MKT_API["PREVIEW_CLIENT_URLS"]``; without, and for a page that was never saved, Wagtail's own preview.
    """

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Lead to the front end, with ``content_type`` and ``token``."""
        site = Site.find_for_request(request)
        host = site.hostname if site else ""
        page: Any = self
        if page.pk and front_end_of(host):
            user = getattr(request, "user", None)
            link = create_unsaved_link(page, user=user if user and user.is_authenticated else None)
            response = redirect(client_url(link, host))
            response.headers["Cache-Control"] = "private, no-store"
            return response
        own: HttpResponse = super().serve_preview(request, mode_name)  # type: ignore[misc]
        return own

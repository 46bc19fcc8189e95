"""``openapi.json`` and the page that shows it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.apps import apps
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.request import Request

from ..conf import api_settings
from ..problems import not_found
from ..query.parameters import Parameters
from ..views import ApiView

SIDECAR = "drf_spectacular_sidecar"


class OpenApiView(ApiView):
    """The document, made once in a process for each place where the API is mounted."""

    needs_reader = False

    _documents: ClassVar[dict[Any, bytes]] = {}

    def get(self, request: Request) -> HttpResponse:
        Parameters(request.query_params, ()).finish()
        if not api_settings.current.DOCS:
            raise not_found()
        return HttpResponse(self.document(), content_type="application/json")

    def document(self) -> bytes:
        base_path = reverse(f"{self.namespace}:index")
        key = (self.registry, base_path, repr(api_settings.current))
        if key not in self._documents:
            self._documents[key] = self.generate(base_path)
        return self._documents[key]

    def generate(self, base_path: str) -> bytes:
        from .generator import document_of

        document = document_of(self.registry, base_path)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class DocsView(ApiView):
    """Swagger UI from the site's own static files; no inline script, for the sake of CSP."""

    needs_reader = False
    template_name = "mkt_api/docs.html"

    def get(self, request: Request) -> HttpResponse:
        Parameters(request.query_params, ()).finish()
        if not api_settings.current.DOCS:
            raise not_found()
        if not apps.is_installed(SIDECAR):
            raise not_found(
                _("The documentation page needs “%(app)s” in INSTALLED_APPS.") % {"app": SIDECAR}
            )
        context = {
            "openapi_url": reverse(f"{self.namespace}:openapi"),
            "language": translation.get_language(),
        }
        return HttpResponse(
            render_to_string(self.template_name, context, request=self.http_request)
        )

"""Headers, caching and JSON of every answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

from .conf import api_settings
from .problems import CONTENT_TYPE as PROBLEM_CONTENT_TYPE


class CompactJSONRenderer(BaseRenderer):
    """JSON without spaces, UTF-8, whatever the site's own REST framework settings say."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        text = json.dumps(data, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))
        # What no UTF-8 text can hold must not end in an error page.
        return text.encode(errors="replace")


class ProblemRenderer(CompactJSONRenderer):
    media_type = PROBLEM_CONTENT_TYPE


class AlwaysJSON(BaseContentNegotiation):
    """The first renderer, whatever the client accepts: it is told by Content-Type."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def make_cacheable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a rendered 200 its strong ETag; 304 if the client has the same bytes already."""
    etag = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    response.headers["ETag"] = etag
    seconds = api_settings.current.CACHE_SECONDS
    response.headers["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
    # Answers depend on the address alone today; caches must be ready for the day they do not.
    patch_vary_headers(response, ["Authorization"])
    return get_conditional_response(request, etag=etag, response=response) or response

"""Headers, caching and JSON of every answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

try:
    import orjson
except ImportError:  # The extra [orjson] is not installed.
    orjson = None  # type: ignore[assignment]

from .conf import api_settings
from .problems import CONTENT_TYPE as PROBLEM_CONTENT_TYPE

_ENCODER = JSONEncoder()


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
        if orjson is not None:
            # It is stricter than the standard library: what it refuses is left to that.
            with suppress(TypeError, ValueError):
                return orjson.dumps(data, default=_ENCODER.default, option=orjson.OPT_UTC_Z)
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


def make_cacheable(response: HttpResponseBase) -> None:
    """Say how long a 200 may be reused, and whether the client has the same bytes already (strong ETag)."""
    seconds = api_settings.current.CACHE_SECONDS
    response.headers.setdefault("Cache-Control", f"public, max-age={seconds}, must-revalidate")
    # What everybody sees depends on the address alone; what a token shows besides does not.
    patch_vary_headers(response, ["Authorization"])
    if isinstance(response, HttpResponse):
        digest = hashlib.blake2b(response.content, digest_size=16).hexdigest()
        response.headers["ETag"] = f'"{digest}"'


def if_changed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 in the place of what the client has already."""
    etag = response.headers.get("ETag")
    return get_conditional_response(request, etag=etag, response=response) or response

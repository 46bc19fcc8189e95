"""``/sitemap.xml``, an index, and the files that it names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.views.decorators.http import require_safe
from wagtail.models import Site

from ...conf import core_settings
from ..addresses import Addresses
from ..site import site_of, site_values
from .pages import page_sections
from .sections import Section, registered
from .urls import sitemap_index, urlset

CONTENT_TYPE = "application/xml; charset=utf-8"
#: The protocol's limit for one file.
MAX_URLS = 50_000
#: More than this goes out while it is made, and is kept nowhere.
MAX_BUFFER_BYTES = 4_000_000


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """An index of the sections' files. Queries: five, and one for each page type of the site."""
    site = _site(request)
    return answer(request, sitemap_index(_files(site, request)))


@require_safe
def section(request: HttpRequest, name: str, number: str = "1") -> HttpResponseBase:
    """One file of a section. Http404 if there is no such section, or no such file of it."""
    site = _site(request)
    found = sections(site, request).get(name)
    if found is None:
        raise Http404("There is no such section.")
    size = core_settings.current.SEO_SITEMAP_PAGES
    start = (int(number) - 1) * size
    if start and not 0 < start < found.extent(site, request).count:
        raise Http404("The section has no such file.")
    urls = found.urls(site, request, start, start + size)
    return answer(request, urlset(urls, MAX_URLS))


def sections(site: Site, request: HttpRequest) -> dict[str, Section]:
    """All sections of a site by name: page types, then what was registered."""
    if site_values(site, request).NOINDEX:
        return {}
    return {**page_sections(site, request), **registered()}


def answer(request: HttpRequest, pieces: Iterator[str]) -> HttpResponseBase:
    """A document of XML with an ETag and 304; a large one is sent while it is made, without."""
    buffer, rest = _buffered(pieces)
    if rest is not None:
        return _streamed(request, chain([buffer], (piece.encode() for piece in rest)))
    response = HttpResponse(buffer, content_type=CONTENT_TYPE)
    patch_cache_control(response, max_age=core_settings.current.SEO_MAX_AGE_SECONDS)
    # The list is for search engines, and no result of them.
    response["X-Robots-Tag"] = "noindex"
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response)  # type: ignore[return-value]


def _site(request: HttpRequest) -> Site:
    site = site_of(request)
    if site is None:
        raise Http404("There is no site here.")
    return site


def _files(site: Site, request: HttpRequest) -> Iterator[tuple[str, Any]]:
    size = core_settings.current.SEO_SITEMAP_PAGES
    root_url = Addresses(request).secured(site.root_url)
    for name, found in sections(site, request).items():
        extent = found.extent(site, request)
        files = -(-extent.count // size)
        for number in range(1, files + 1):
            # Of several files of a section it is not known which was changed.
            yield root_url + file_path(name, number), extent.lastmod if files == 1 else None


def file_path(name: str, number: int) -> str:
    """Path of a section's file."""
    if number == 1:
        return reverse("mkt_core_seo:sitemap_section", args=[name])
    return reverse("mkt_core_seo:sitemap_section", args=[name, number])


def _buffered(pieces: Iterator[str]) -> tuple[bytes, Iterator[str] | None]:
    """The beginning, and what remains of it if that is too much to keep."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece.encode()
        if len(buffer) > MAX_BUFFER_BYTES:
            return bytes(buffer), pieces
    return bytes(buffer), None


def _streamed(request: HttpRequest, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    content: Any = _asynchronous(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(content, content_type=CONTENT_TYPE)
    patch_cache_control(response, max_age=core_settings.current.SEO_MAX_AGE_SECONDS)
    response["X-Robots-Tag"] = "noindex"
    return response


async def _asynchronous(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while block := await sync_to_async(_block)(pieces):
        yield block


def _block(pieces: Iterator[bytes]) -> bytes:
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) > 64_000:
            break
    return bytes(block)

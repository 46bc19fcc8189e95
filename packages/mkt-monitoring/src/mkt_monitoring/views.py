"""The endpoint that Prometheus scrapes."""

from __future__ import annotations

import gzip
import logging

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from .access import may_read_metrics
from .exposition import MultiprocessDirectoryMissing, accepts_gzip, expose

logger = logging.getLogger(__name__)


# Exempt, as the CSRF check would answer a stranger's POST with 403 and so tell that there is something here.
@csrf_exempt
# In autocommit mode, a collector's failed query does not spoil the next collector's.
@transaction.non_atomic_requests
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics for those who may read them, and Django's plain 404 for everybody else."""
    if not may_read_metrics(request):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        body, content_type = expose(request.headers.get("Accept", ""))
    except MultiprocessDirectoryMissing as error:
        logger.error("PROMETHEUS_MULTIPROC_DIR is not a directory: %s", error)
        return HttpResponse(
            "PROMETHEUS_MULTIPROC_DIR is not a directory.\n", content_type="text/plain", status=503
        )
    return _encoded(request, body, content_type)


def _encoded(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    if accepts_gzip(request.headers.get("Accept-Encoding", "")):
        # Level 1 is a fifth of the time of the default for a tenth more bytes; a scrape comes every few seconds.
        response = HttpResponse(gzip.compress(body, compresslevel=1), content_type=content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Length"] = str(len(response.content))
    patch_vary_headers(response, ("Accept", "Accept-Encoding", "Authorization", "Cookie"))
    add_never_cache_headers(response)
    return response

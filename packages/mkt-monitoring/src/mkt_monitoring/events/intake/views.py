"""``POST /e/?t=<token>``: browsers tell what has happened on a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from time import time

from django.contrib.auth.decorators import login_not_required
from django.core.signals import setting_changed
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from mkt_core.ratelimit.responses import add_headers

from .. import buffer
from ..counting import excluded
from ..errors import InvalidEvent, UnregisteredEvent
from ..privacy import request_exclusion_of
from ..schema import find
from ..snapshot import take
from .batches import Refused, Sent, read_batch
from .limits import refusal_of
from .origins import is_allowed
from .reported import Reported, require_address
from .tokens import Token, read_token

METHODS = "POST, OPTIONS"
#: Problems of one request that are told.
MOST_PROBLEMS = 5
#: Queries that are kept in mind.
MOST_QUERIES = 1000
_by_query: dict[str, Token] = {}


# Browsers send no CSRF token here; that the request comes from the site is looked at below.
@csrf_exempt
@login_not_required
@transaction.non_atomic_requests
def intake(request: HttpRequest) -> HttpResponse:
    """Record the events in the request: 204, also if the visitor is left out.

    Of a batch with events that cannot be used, the others are recorded, and the answer is 400. Else 403 (token or
    origin), 405, 413 and 429. Makes no query but, with a session cookie, those of ``request.user``. The
    visitor, and what else costs time, is worked out in the thread that writes the events.
    """
    if request.method not in ("POST", "OPTIONS"):
        return HttpResponse(status=405, headers={"Allow": METHODS})
    token = token_in(request)
    if token is None or not is_allowed(request, token):
        return _problem(403, "The token is not for this page." if token else "There is no token.")
    response = _preflight() if request.method == "OPTIONS" else _recorded(request, token)
    if token.origin:
        response.headers["Access-Control-Allow-Origin"] = token.origin
        # What sendBeacon() sends has credentials, whatever they are good for.
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Vary"] = "Origin"
    return response


def token_in(request: HttpRequest) -> Token | None:
    """The token in the query. Pages all send the same few queries, so that those need not be parsed each time."""
    query = request.META.get("QUERY_STRING", "")
    token = _by_query.get(query)
    if token is None and (token := read_token(request.GET.get("t", ""))) is not None:
        # One token can be written in many ways.
        if len(_by_query) >= MOST_QUERIES:
            _by_query.clear()
        _by_query[query] = token
    return token


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
        _by_query.clear()


setting_changed.connect(_forget, dispatch_uid="mkt_monitoring.events.intake.views")


def _preflight() -> HttpResponse:
    allowed = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=204, headers=allowed)


def _recorded(request: HttpRequest, token: Token) -> HttpResponse:
    if decision := refusal_of(request):
        response = _problem(429, "Wait before you send more.")
        add_headers(response, [decision])
        return response
    try:
        batch = read_batch(request)
    except Refused as refused:
        return _problem(refused.status, str(refused))
    if reason := request_exclusion_of(request):
        excluded.labels(reason).inc(len(batch))
        return HttpResponse(status=204)
    problems = _record_all(request, token, batch)
    if problems:
        return _problem(400, "Some events cannot be used.", problems)
    return HttpResponse(status=204)


def _record_all(request: HttpRequest, token: Token, batch: Sequence[Sent]) -> list[str]:
    """Record what can be recorded; what is wrong with the rest."""
    now, snapshot = time(), take(request)
    problems = []
    for sent in batch:
        schema = find(sent.name)
        if schema is None or not schema.public:
            # Whether there is such an event is nobody's business.
            problems.append(str(UnregisteredEvent(sent.name)))
            continue
        try:
            require_address(sent.url)
            schema.cleaned(sent.props)
        except (InvalidEvent, OverflowError) as error:
            problems.append(str(error))
        else:
            buffer.add(Reported(sent, now, token.site_id, snapshot), schema.rank)
    return problems


def _problem(status: int, title: str, problems: Sequence[str] = ()) -> HttpResponse:
    """A problem document (RFC 9457)."""
    document = {"title": title, "status": status}
    if problems:
        document["errors"] = list(problems)[:MOST_PROBLEMS]
    return HttpResponse(
        json.dumps(document),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )

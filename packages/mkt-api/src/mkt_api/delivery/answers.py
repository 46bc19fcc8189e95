"""Answers that are kept until anything that they are made of changes.

What an answer is made of is noted by mkt_core while it is made; a kept one costs one look at the
cache and no query. A client that has it already is told so (304) from the same look.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from mkt_core.cache import tag
from mkt_core.cache.collector import Collector, collecting, current_collector
from mkt_core.cache.encodings import accepted_encodings
from mkt_core.cache.http import answer, entries_of, response_of
from mkt_core.cache.key import Question
from mkt_core.cache.policy import Lifetime, cache_control, is_too_large
from mkt_core.cache.proxies import tag_headers, tag_lines
from mkt_core.cache.store import Entry, get_store
from mkt_core.cache.tags import told_to_proxies
from mkt_core.db.freshness import knowing

from ..access.identity import access_of
from ..deprecation import names_noted, note_names
from ..keeping import LIFETIME_SECONDS, answers_are_kept

logger = logging.getLogger(__name__)

Make = Callable[[], HttpResponseBase]

# Longer query strings are rarely asked twice.
MAX_QUERY_LENGTH = 500
SURROGATE_KEY = "Surrogate-Key"
# Where the site names no header of its own: nginx takes 4 kB for all headers of a response, or tells the client 502.
MAX_SURROGATE_BYTES = 2_000
# Headers of an entry that are for us; HTTP has no such names.
_TAGS = ":tags"
_DEPRECATED = ":deprecated"
_FORMAT = 1


def deliver(request: HttpRequest, make: Make, variant: str = "") -> HttpResponseBase:
    """The kept answer to a request, or the one that ``make()`` gives now. Never fails because of the cache.

    ``variant`` is what the answer depends on beside the request.
    """
    question = _question(request, variant)
    if question is None:
        return make()
    try:
        store = get_store()
        lookup = store.look_up(question.key, question.encodings)
    except Exception:
        logger.exception("Kept answers cannot be read")
        return make()
    if lookup.entry is not None:
        return _repeat(lookup.entry, question, request)
    started = time.perf_counter()
    with knowing(lookup.moment), collecting() as collector:
        response = make()
    if not lookup.moment or not _may_be_kept(response, collector):
        return response
    assert isinstance(response, HttpResponse)
    try:
        return _keep(request, response, collector, question, lookup.moment, started)
    except Exception:
        logger.exception("An answer cannot be kept")
        return response


def _question(request: HttpRequest, variant: str = "") -> Question | None:
    """What is asked; None if the answer is for this client alone or cannot be kept."""
    meta = request.META
    query = meta.get("QUERY_STRING", "")
    if request.method not in ("GET", "HEAD") or len(query) > MAX_QUERY_LENGTH:
        return None
    if not (access_of(request).sees_what_everybody_sees and answers_are_kept()):
        return None
    parts = (
        f"{request.scheme}://{request.get_host().lower()}:{request.get_port()}{request.path}",
        "&".join(sorted(query.split("&"))),
        translation.get_language() or "",
        *((variant,) if variant else ()),
    )
    digest = blake2b("\n".join(parts).encode(errors="surrogatepass"), digest_size=16).hexdigest()
    encodings = accepted_encodings(meta.get("HTTP_ACCEPT_ENCODING", ""))
    return Question(f"mkt_api:{_FORMAT}:{digest}", encodings, "", "", request.method == "HEAD")


def _repeat(entry: Entry, question: Question, request: HttpRequest) -> HttpResponse:
    if current_collector() is not None:
        # Whoever keeps the whole response has to know what it is made of, too.
        tag(*dict(entry.headers).get(_TAGS, "").split())
    response = response_of(*answer(entry, question, request.META, "hit"))
    note_names(response, dict(entry.headers).get(_DEPRECATED, "").split())
    return response


def _may_be_kept(response: HttpResponseBase, collector: Collector) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not collector.reasons
        and cache_control(response).keys().isdisjoint(("private", "no-store"))
        and not is_too_large(response)
    )


def _keep(
    request: HttpRequest,
    response: HttpResponse,
    collector: Collector,
    question: Question,
    moment: str,
    started: float,
) -> HttpResponse:
    del response.headers["ETag"]
    for name, keys in _surrogate_keys(collector.tags):
        response.headers[name] = keys
    response.headers[_TAGS] = " ".join(sorted(collector.tags))
    names = names_noted(response)
    if names:
        response.headers[_DEPRECATED] = " ".join(names)
    try:
        entries = entries_of(
            request,
            response,
            collector=collector,
            absent=(),
            lifetime=Lifetime(LIFETIME_SECONDS, 0.0),
            render_seconds=time.perf_counter() - started,
        )
    finally:
        del response.headers[_TAGS]
        response.headers.pop(_DEPRECATED, None)
    if not entries:
        return response
    get_store().put(question.key, entries, collector.tags, moment)
    entry = next(entries[name] for name in question.encodings if name in entries)
    status, headers, body = answer(entry, question, request.META, "miss")
    kept = response_of(status, headers, body)
    note_names(kept, names)
    kept._resource_closers = response._resource_closers  # type: ignore[attr-defined]
    return kept


def _surrogate_keys(tags: set[str]) -> Sequence[tuple[str, str]]:
    """The tags as proxies are told them; none if they are too many, so that no purge would find the answer.

    By the headers and the limit that mkt_core's settings give, else as ``Surrogate-Key``.
    """
    if tag_headers():
        return tag_lines(tags) or ()
    keys = " ".join(sorted({told_to_proxies(tag) for tag in tags}))
    return [(SURROGATE_KEY, keys)] if len(keys) <= MAX_SURROGATE_BYTES else ()

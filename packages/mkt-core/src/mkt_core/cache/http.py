"""Responses as they are stored, and as they go out again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, parse_http_date_safe

from ..conf import core_settings
from . import proxies
from .collector import Collector
from .encodings import IDENTITY, encoded
from .key import Question
from .policy import Lifetime, cache_control, vary_names
from .store import Entry

HEADER = "X-MKT-Cache"
PAGE_TYPE_KEY = "mkt.page_type"

#: Headers of an entry that are for us; HTTP has no such names.
ABSENT, ROUTE, PAGE_TYPE, PASS = ":absent", ":route", ":page-type", ":pass"
#: Proxies may keep the entry for a time that counts from its beginning, not from the answer.
AGEING = ":ageing"

REDIRECTS = frozenset({301, 308})

# About one answer, or one connection, and not about what is answered.
_NOT_STORED = frozenset(
    (
        *(
            "age",
            "connection",
            "content-length",
            "date",
            "etag",
            "keep-alive",
            "proxy-authenticate",
            "server-timing",
        ),
        *(
            "set-cookie",
            "te",
            "traceparent",
            "tracestate",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ),
        *("x-correlation-id", "x-mkt-cache", "x-request-id", "x-runtime", "x-trace-id"),
    )
)
# Those of them that we write ourselves.
_REPLACED = frozenset({"age", "content-length", "etag", "x-mkt-cache"})
_NOT_STORED_PREFIXES = ("ratelimit", "x-ratelimit")

# What a 304 repeats (RFC 9110, section 15.4.5).
_WITH_NOT_MODIFIED = frozenset(
    {
        *("cache-control", "cdn-cache-control", "surrogate-control", "expires"),
        *("content-location", "etag", "vary", "last-modified"),
    }
)

# No response is given out for exactly as long as the others that were rendered together with it.
_JITTER = 0.1


def entries_of(
    request: HttpRequest,
    response: HttpResponse,
    *,
    collector: Collector,
    absent: Iterable[str],
    varied: Iterable[str] = (),
    lifetime: Lifetime,
    render_seconds: float,
) -> dict[str, Entry]:
    """The response in every encoding, as it is to be stored; none if it is out of date by now.

    ``absent`` are headers that the request lacks, ``varied`` others that were read, named as in ``META``.
    """
    now = time.time()
    fresh_until = now + lifetime.fresh_seconds * random.uniform(1 - _JITTER, 1)  # noqa: S311
    usable_until = fresh_until + lifetime.stale_seconds
    if collector.expires_at is not None:
        usable_until = min(usable_until, collector.expires_at.timestamp())
        fresh_until = min(fresh_until, usable_until)
    if usable_until <= now:
        return {}
    body = response.content
    forms = dict(encoded(body, response.headers.get("Content-Type", "")))
    is_limited = collector.expires_at is not None or response.status_code == 404
    longest_seconds = usable_until - now if is_limited else None
    notes = _notes(request, absent)
    if is_limited or cache_control(response):
        notes.append((AGEING, "1"))
    read = {*absent, *varied, *(("HTTP_ACCEPT_ENCODING",) if forms else ())}
    shared = _shared_headers(response, collector, read, longest_seconds)
    digest = blake2b(repr(shared).encode() + body, digest_size=12).hexdigest()
    entries = {}
    for encoding, data in {IDENTITY: body, **forms}.items():
        own = [("Content-Length", str(len(data)))]
        etag = f'"{digest}"'
        if encoding != IDENTITY:
            own.append(("Content-Encoding", encoding))
            etag = f'"{digest}-{encoding}"'
        entries[encoding] = Entry(
            status=response.status_code,
            headers=(*shared, *own, ("ETag", etag), *notes),
            body=data,
            etag=etag,
            created=now,
            fresh_until=fresh_until,
            usable_until=usable_until,
            render_seconds=render_seconds,
        )
    return entries


def headers_for_once(response: HttpResponse) -> list[tuple[str, str]]:
    """What goes out with this one answer and is not stored."""
    return [
        (name, value)
        for name, value in response.headers.items()
        if _is_for_once(name) and name.lower() not in _REPLACED
    ]


def _is_for_once(name: str) -> bool:
    return name.lower() in _NOT_STORED or name.lower().startswith(_NOT_STORED_PREFIXES)


def pass_entry(reason: str, seconds: float) -> Entry:
    """Says that nobody need wait for a response to be stored here."""
    now = time.time()
    return Entry(
        status=0,
        headers=((PASS, reason),),
        body=b"",
        created=now,
        fresh_until=now + seconds,
        usable_until=now + seconds,
    )


def _shared_headers(
    response: HttpResponse, collector: Collector, read: set[str], longest_seconds: float | None
) -> tuple[tuple[str, str], ...]:
    # Other caches only know what they are told: even a header that nobody has sent may decide.
    if names := [
        name[5:].replace("_", "-").title() for name in sorted(read) if name[:5] == "HTTP_"
    ]:
        patch_vary_headers(response, names)
    kept = [(name, value) for name, value in response.headers.items() if not _is_for_once(name)]
    tags = proxies.tag_lines(collector.tags)
    kept += tags or ()
    if not cache_control(response):
        may_keep = tags is not None and proxies.tell_apart(vary_names(response), read)
        told = proxies.lifetime_lines(may_keep=may_keep, longest_seconds=longest_seconds)
        names = [name.lower() for name, _ in told]
        kept = [*(pair for pair in kept if pair[0].lower() not in names), *told]
    return tuple(kept)


def _notes(request: HttpRequest, absent: Iterable[str]) -> list[tuple[str, str]]:
    notes = []
    if names := " ".join(sorted(absent)):
        notes.append((ABSENT, names))
    match: Any = request.resolver_match
    if match is not None:
        subroute = getattr(request, "routable_resolver_match", None)
        parts = (match.route or "", match.url_name or "", subroute.route if subroute else "")
        notes.append((ROUTE, "\n".join(parts)))
    if page_type := request.META.get(PAGE_TYPE_KEY):
        notes.append((PAGE_TYPE, page_type))
    return notes


def is_for(entry: Entry, meta: Mapping[str, Any]) -> bool:
    """Whether the request lacks every header that the stored response supposes to be absent."""
    for name, value in entry.headers:
        if name == ABSENT:
            return not any(meta.get(header) for header in value.split())
    return True


def pass_reason(entry: Entry) -> str:
    """Why nothing is stored here; empty if the entry is a response."""
    return "" if entry.status else dict(entry.headers).get(PASS, "")


def is_current_for_client(entry: Entry, meta: Mapping[str, Any]) -> bool:
    """Whether the client has this already (``If-None-Match``, else ``If-Modified-Since``)."""
    if condition := meta.get("HTTP_IF_NONE_MATCH"):
        if len(condition) > 2000:
            return False
        tags = [tag.removeprefix("W/") for tag in parse_etags(condition)]
        return entry.status == 200 and (tags == ["*"] or entry.etag in tags)
    since = meta.get("HTTP_IF_MODIFIED_SINCE")
    if not since or entry.status != 200:
        return False
    modified = next(
        (value for name, value in entry.headers if name.lower() == "last-modified"), None
    )
    if modified is None:
        return False
    moments = parse_http_date_safe(modified), parse_http_date_safe(since)
    return moments[0] is not None and moments[1] is not None and moments[0] <= moments[1]


def answer(
    entry: Entry, question: Question, meta: Mapping[str, Any], state: str
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body for this client."""
    added = [*_age(entry), (HEADER, state)]
    if is_current_for_client(entry, meta):
        kept = [pair for pair in entry.headers if pair[0].lower() in _WITH_NOT_MODIFIED]
        return 304, [*kept, *added], b""
    headers = [pair for pair in entry.headers if pair[0][0] != ":"]
    if question.ignored_query and entry.status in REDIRECTS:
        headers = [(name, _with_query(name, value, question)) for name, value in headers]
    headers += added
    return entry.status, headers, b"" if question.is_head else entry.body


def _age(entry: Entry) -> list[tuple[str, str]]:
    if core_settings.current.CACHE_PROXY_SECONDS and (AGEING, "1") not in entry.headers:
        # Found to be right just now, it is as good as new. Proxies would take its age off the time they may keep it.
        return []
    return [("Age", str(max(0, int(time.time() - entry.created))))]


def _with_query(name: str, value: str, question: Question) -> str:
    return with_ignored_query(value, question) if name.lower() == "location" else value


def with_ignored_query(location: str, question: Question) -> str:
    """``location`` with the arguments that were taken out of the request, if it leads to another page of this site."""
    parts = urlsplit(location)
    own_host = question.key.split("://", 1)[1].split("|", 1)[0]
    if parts.netloc and parts.netloc.lower() != own_host:
        return location
    query = "&".join(filter(None, (parts.query, question.ignored_query)))
    return urlunsplit(parts._replace(query=query))


def response_of(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> HttpResponse:
    """A response with exactly these headers, which have been in a response before."""
    response = HttpResponse(body, content_type="-", status=status)
    # Not one by one: each would be checked anew, which takes longer than all the rest.
    response.headers._store = {name.lower(): (name, value) for name, value in headers}
    return response


def note_origin(entry: Entry, request: HttpRequest) -> None:
    """Tell those who measure requests which route and page type the stored response came from."""
    for name, value in entry.headers:
        if name == PAGE_TYPE:
            request.META[PAGE_TYPE_KEY] = value
        elif name == ROUTE:
            route, url_name, subroute = value.split("\n")
            request.resolver_match = _match(route, url_name)
            if subroute:
                request.routable_resolver_match = _match(subroute, "")  # type: ignore[attr-defined]


@lru_cache(maxsize=1000)
def _match(route: str, url_name: str) -> ResolverMatch:
    return ResolverMatch(_stored, (), {}, url_name or None, route=route)


def _stored(request: HttpRequest) -> HttpResponse:
    """Stands for the view of a stored response."""
    raise NotImplementedError("The response came from the cache.")

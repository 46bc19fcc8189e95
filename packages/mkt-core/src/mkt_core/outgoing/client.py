"""Requests to addresses that somebody else has chosen."""

from __future__ import annotations

import json as json_module
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import IO, Any
from urllib.parse import urljoin

from asgiref.sync import sync_to_async
from django.utils.datastructures import CaseInsensitiveMapping

from ..conf import core_settings
from ..signals import outgoing_request_finished
from ..trace_context import continued_trace
from .connections import Deadline, connect
from .errors import (
    AddressRefused,
    BadAnswer,
    ConnectionFailed,
    InvalidRequest,
    OutgoingError,
    TimedOut,
    TooManyRedirects,
)
from .responses import Response, read_body
from .targets import Target, is_host_in, parse

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# What a redirect to another origin takes along; anything else may be meant for the first one only.
_HARMLESS = frozenset({"accept", "accept-language", "user-agent", "traceparent"})
# Made here, or dangerous to be made elsewhere.
_OURS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "accept-encoding",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "proxy-authorization",
    }
)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: Target
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(slots=True)
class _Call:
    """What holds for a request and all that its redirects lead to."""

    deadline: Deadline
    hosts: Sequence[str]
    max_bytes: int
    into: IO[bytes] | None


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: Any = None,
    redirects: int = 0,
    hosts: Sequence[str] = (),
    max_bytes: int | None = None,
    total_seconds: float | None = None,
    into: IO[bytes] | None = None,
    traceparent: str = "",
    purpose: str = "",
) -> Response:
    """Send one request and read the whole answer. Blocks for at most ``total_seconds``; uses no cookies and no proxy.

    Args:
        method: GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.
        url: http or https, without a user name.
        headers: what the request says beside what is needed.
        body: sent as it is.
        json: sent as JSON, in place of ``body``.
        redirects: follow at most so many. Each is looked at like the first URL, never leads from https to http, and
            takes no credentials and no body to another origin. If 0, a redirect is the answer.
        hosts: if there are any, the request goes to no others; as ``MKT_CORE["OUTGOING_HOSTS"]``, which holds as well.
        max_bytes: of the answer, as sent and unpacked. Default: ``OUTGOING_MAX_BYTES``.
        total_seconds: default: ``OUTGOING_TOTAL_SECONDS``.
        into: a file to write the answer's body to; after an error it has a part of it.
        traceparent: the W3C header, for servers of one's own.
        purpose: a word for metrics ("webhook").

    Raises:
        OutgoingError: there is no answer; see ``errors`` for the kinds. An answer with any status is one.
    """
    conf = core_settings.current
    call = _Call(
        deadline=Deadline(conf.OUTGOING_TOTAL_SECONDS if total_seconds is None else total_seconds),
        hosts=hosts,
        max_bytes=conf.OUTGOING_MAX_BYTES if max_bytes is None else max_bytes,
        into=into,
    )
    started = monotonic()
    response: Response | None = None
    error: OutgoingError | None = None
    host = ""
    try:
        first = _prepared(method, url, headers or {}, body, json, traceparent, call)
        host = first.target.host
        response = _followed(first, call, redirects)
    except OutgoingError as caught:
        error = caught
        raise
    finally:
        outgoing_request_finished.send_robust(
            sender=request,
            method=method,
            host=host,
            status=None if response is None else response.status,
            error=error,
            seconds=monotonic() - started,
            purpose=purpose,
        )
    return response


async def arequest(method: str, url: str, **options: Any) -> Response:
    """``request()`` in a thread of its own."""
    return await sync_to_async(request, thread_sensitive=False)(method, url, **options)


def _followed(asked: _Request, call: _Call, redirects: int) -> Response:
    for _ in range(redirects + 1):
        response = _sent(asked, call)
        location = response.headers.get("Location")
        if not redirects or response.status not in _REDIRECTS or location is None:
            return response
        asked = _redirected(asked, response.status, location, call)
    raise TooManyRedirects(f"There were more than {redirects} redirects.")


def _redirected(asked: _Request, status: int, location: str, call: _Call) -> _Request:
    try:
        url = urljoin(asked.target.url, location)
    except ValueError:
        raise BadAnswer("The answer redirects to something that is no URL.") from None
    target = _target(url, call)
    if asked.target.scheme == "https" and target.scheme != "https":
        raise TooManyRedirects("A redirect from https to http is not followed.")
    is_elsewhere = target.origin != asked.target.origin
    becomes_get = status == 303 or (status in (301, 302) and asked.method == "POST")
    if becomes_get and asked.method != "HEAD":
        asked = replace(asked, method="GET", body=None)
    elif is_elsewhere and asked.body is not None:
        raise TooManyRedirects("A redirect would take the body of the request to another server.")
    return replace(asked, target=target, headers=_kept_headers(asked, is_elsewhere))


def _kept_headers(asked: _Request, is_elsewhere: bool) -> dict[str, str]:
    kept = {}
    for name, value in asked.headers.items():
        lower = name.lower()
        is_of_body = lower.startswith("content-") and asked.body is None
        if not is_of_body and (not is_elsewhere or lower in _HARMLESS):
            kept[name] = value
    return kept


def _sent(asked: _Request, call: _Call) -> Response:
    conf = core_settings.current
    target = asked.target
    connection = connect(
        target,
        call.deadline,
        connect_seconds=conf.OUTGOING_CONNECT_SECONDS,
        read_seconds=conf.OUTGOING_READ_SECONDS,
        networks=conf.OUTGOING_NETWORKS,
        ca_file=conf.OUTGOING_CA_FILE,
    )
    client = HTTPConnection(target.host, target.port)
    client.sock = connection
    try:
        client.putrequest(asked.method, target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in _all_headers(asked).items():
            client.putheader(name, value.encode("latin-1"))
        client.endheaders(asked.body)
        return _answered(client.getresponse(), asked, call)
    except TimeoutError:
        raise TimedOut(f"{target.host} did not answer in time.") from None
    except (HTTPException, ValueError) as error:
        raise BadAnswer(
            f"{target.host} does not answer in HTTP ({type(error).__name__})."
        ) from None
    except OSError:
        raise ConnectionFailed(f"The connection to {target.host} broke.") from None
    finally:
        client.close()
        connection.hang_up()


def _answered(raw: HTTPResponse, asked: _Request, call: _Call) -> Response:
    if raw.status < 200:
        raise BadAnswer(f"The answer has the status {raw.status}.")
    is_followed = raw.status in _REDIRECTS
    # What a redirect says beside where to go belongs into no file.
    body = read_body(raw, call.max_bytes, None if is_followed else call.into)
    headers: dict[str, str] = {}
    for name, value in raw.getheaders():
        headers[name.lower()] = (
            f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        )
    return Response(
        url=asked.target.url,
        status=raw.status,
        headers=CaseInsensitiveMapping(headers),
        body=body,
    )


def _all_headers(asked: _Request) -> dict[str, str]:
    defaults = {
        "Host": asked.target.authority,
        "Connection": "close",
        "Accept-Encoding": "gzip",
    }
    if not _has(asked.headers, "User-Agent"):
        defaults["User-Agent"] = core_settings.current.OUTGOING_USER_AGENT
    if asked.body is not None or asked.method in ("POST", "PUT", "PATCH"):
        defaults["Content-Length"] = str(len(asked.body or b""))
    return {**defaults, **asked.headers}


def _prepared(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    json: Any,
    traceparent: str,
    call: _Call,
) -> _Request:
    if method not in _METHODS:
        raise InvalidRequest("There is no such method.")
    given = dict(headers)
    if json is not None:
        if body is not None:
            raise InvalidRequest("A request has a body or JSON, not both.")
        body = json_module.dumps(json, separators=(",", ":"), allow_nan=False).encode()
        if not _has(given, "Content-Type"):
            given["Content-Type"] = "application/json"
    if traceparent:
        if continued_trace(traceparent) is None:
            raise InvalidRequest("The traceparent is malformed.")
        given["traceparent"] = traceparent
    for name, value in given.items():
        _check_header(name, value)
    return _Request(method, _target(url, call), given, body)


def _has(headers: Mapping[str, str], name: str) -> bool:
    return name.lower() in map(str.lower, headers)


def _check_header(name: str, value: str) -> None:
    if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
        raise InvalidRequest(f"The header {name[:40]!r} has characters that no header has.")
    if name.lower() in _OURS:
        raise InvalidRequest(f"The header {name} is not for the caller to set.")


def _target(url: str, call: _Call) -> Target:
    conf = core_settings.current
    target = parse(
        url,
        schemes=conf.OUTGOING_SCHEMES,
        ports=conf.OUTGOING_PORTS,
        hosts=conf.OUTGOING_HOSTS,
    )
    if call.hosts and not is_host_in(target.host, call.hosts):
        raise AddressRefused(f"Requests for this purpose do not go to {target.host}.")
    return target

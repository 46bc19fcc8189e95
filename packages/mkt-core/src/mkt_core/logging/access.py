"""One line for each request: what was asked for, what came of it, and how long it took.

Takes the place of the server's access log, which shows whole paths, query strings and addresses.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from time import perf_counter
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mkt_core.both_modes import BothModes
from mkt_core.conf import core_settings
from mkt_core.request_scope import META_KEY as SCOPE_KEY
from mkt_core.request_scope import RequestScope

from .refusals import log_admin_refusal
from .routes import page_type_of, path_to_log, route_of
from .who import who_fields

logger = logging.getLogger("mkt_core.access")

#: The client went away before it had everything; nginx's number.
CLIENT_CLOSED_REQUEST = 499

_HEALTH_ROUTES = ("/health/live", "/health/ready", "/health/startup")
_health_probes = itertools.count()


class AccessLogMiddleware(BothModes):
    """Log each request once it is answered; a streamed response once its last byte has gone.

    Belongs right behind ``RequestIdMiddleware``: what stands in front of it is neither timed nor logged.
    """

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        visit = Visit(request)
        try:
            response: HttpResponseBase = self.get_response(request)
        except BaseException as error:
            visit.failed(error)
            raise
        return visit.answered(response)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        visit = Visit(request)
        try:
            response: HttpResponseBase = await self.get_response(request)
        except BaseException as error:
            visit.failed(error)
            raise
        return visit.answered(response)


class Visit:
    """A request on its way, until its line is written."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.began = perf_counter()
        self.is_done = False
        self._bytes = 0
        self._is_file = False

    def answered(self, response: HttpResponseBase) -> HttpResponseBase:
        """Write the line, or see to it that it is written when the stream ends."""
        if not response.streaming:
            log_admin_refusal(self.request, response)
            body = response.content  # type: ignore[attr-defined]
            sent = 0 if self.request.method == "HEAD" else len(body)
            self.write(response.status_code, sent, response.headers.get("X-MKT-Cache", ""))
            return response
        if getattr(response, "file_to_stream", None) is None:
            self._follow(response)
        else:
            # The server may send the file itself (sendfile), which a look at its pieces would prevent.
            self._bytes = int(response.headers.get("Content-Length") or 0)
            self._is_file = True
        # Whatever happens to the stream, the server closes the response.
        response._resource_closers.append(lambda: self._closed(response))  # type: ignore[attr-defined]
        return response

    def failed(self, error: BaseException) -> None:
        """The request was given up: by its client, or by an error that nobody made a response of."""
        gone = isinstance(error, (asyncio.CancelledError, GeneratorExit))
        self.write(CLIENT_CLOSED_REQUEST if gone else 500, 0, error=error)

    def write(
        self, status: int, sent: int, cache: str = "", *, error: BaseException | None = None
    ) -> None:
        """The line, once."""
        if self.is_done:
            return
        self.is_done = True
        try:
            self._write(status, sent, cache, error)
        except Exception:  # the response is there; it must not be lost over a log line
            logger.exception("A request could not be logged")

    def _write(self, status: int, sent: int, cache: str, error: BaseException | None) -> None:
        seconds = perf_counter() - self.began
        conf = core_settings.current
        is_slow = 0 < conf.LOG_SLOW_REQUEST_SECONDS <= seconds
        level = logging.WARNING if is_slow or status >= 500 else logging.INFO
        if not logger.isEnabledFor(level):
            return
        route = route_of(self.request)
        if f"/{route}".endswith(_HEALTH_ROUTES) and _is_left_out(conf.LOG_HEALTH_EVERY):
            return
        path = path_to_log(self.request, status)
        with self._scope():
            logger.log(
                level,
                "%s %s %d %.1f ms %d bytes%s%s",
                self.request.method,
                path if path and not route else route,
                status,
                seconds * 1000,
                sent,
                f" cache={cache}" if cache else "",
                " slow" if is_slow else "",
                extra={
                    "ecs": _fields(self.request, status, sent, seconds, path, error),
                    **_labels(self.request, route, cache, is_slow=is_slow),
                },
            )

    def _scope(self) -> AbstractContextManager[None]:
        """Streams run when the middleware has long ended, and their lines belong to the request all the same."""
        scope: RequestScope | None = self.request.META.get(SCOPE_KEY)
        return scope.active() if scope is not None else nullcontext()

    def _follow(self, response: HttpResponseBase) -> None:
        stream: Any = response
        if response.is_async:  # type: ignore[attr-defined]
            stream.streaming_content = self._acounted(response, aiter(stream.streaming_content))
        else:
            stream.streaming_content = self._counted(response, iter(stream.streaming_content))

    def _counted(self, response: HttpResponseBase, chunks: Iterator[bytes]) -> Iterator[bytes]:
        try:
            while True:
                with self._scope():
                    chunk = next(chunks, None)
                if chunk is None:
                    break
                self._bytes += len(chunk)
                yield chunk
        except BaseException as error:
            self._broken(response, error)
            raise
        self._ended(response)

    async def _acounted(
        self, response: HttpResponseBase, chunks: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        try:
            while True:
                with self._scope():
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                self._bytes += len(chunk)
                yield chunk
        except BaseException as error:
            self._broken(response, error)
            raise
        self._ended(response)

    def _ended(self, response: HttpResponseBase) -> None:
        self.write(response.status_code, self._bytes, response.headers.get("X-MKT-Cache", ""))

    def _closed(self, response: HttpResponseBase) -> None:
        # Files go their own way; of other streams, the line has been written if they have come to their end.
        if self._is_file:
            self._ended(response)
        else:
            self._broken(response, GeneratorExit())

    def _broken(self, response: HttpResponseBase, error: BaseException) -> None:
        gone = isinstance(error, (asyncio.CancelledError, GeneratorExit))
        # The status has been sent long ago; the line says what became of the response.
        self.write(CLIENT_CLOSED_REQUEST if gone else 500, self._bytes, error=error)


def log_stored_response(request: HttpRequest, status: int, sent: int, seconds: float) -> None:
    """The line of a response that was given out in front of Django (``mkt_core.wsgi.cached``)."""
    visit = Visit(request)
    visit.began -= seconds
    visit.write(status, sent, "hit")


def _is_left_out(every: int) -> bool:
    return every <= 0 or next(_health_probes) % every != 0


def _fields(
    request: HttpRequest,
    status: int,
    sent: int,
    seconds: float,
    path: str,
    error: BaseException | None,
) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "event.kind": "event",
        "event.category": ["web"],
        "event.type": ["access"],
        "event.action": "http-request",
        "event.outcome": "success" if status < 400 else "failure",
        # Nanoseconds, as ECS wants it.
        "event.duration": int(seconds * 1e9),
        "http.request.method": request.method,
        "http.response.status_code": status,
        "http.response.body.bytes": sent,
    }
    if path:
        fields["url.path"] = path
    if error is not None:
        fields["error.type"] = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix(
            "builtins."
        )
    return fields | who_fields(request)


def _labels(request: HttpRequest, route: str, cache: str, *, is_slow: bool) -> dict[str, Any]:
    labels = {"route": route, "cache": cache, "page_type": page_type_of(request)}
    found: dict[str, Any] = {name: value for name, value in labels.items() if value}
    return {**found, "slow": True} if is_slow else found

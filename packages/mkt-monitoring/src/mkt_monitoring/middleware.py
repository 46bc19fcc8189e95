"""Measure every request, however it ends."""

from __future__ import annotations

import logging
import weakref
from asyncio import CancelledError
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mkt_core.both_modes import BothModes

from .database.request_queries import RequestQueries
from .database.request_queries import current as current_queries
from .http import measuring
from .http.durations import ABORTED, RequestDurations
from .http.streaming import Passage
from .requests_now.recording import record

logger = logging.getLogger(__name__)

#: The page that gets a side panel: there is no other place where it could be added.
EDIT_VIEW = "wagtailadmin_pages:edit"

_errors_logged: list[str] = []


class RequestMetricsMiddleware(BothModes):
    """Count each request once in ``http_server_request_duration_seconds``, and what else there is to know of it.

    Belongs first in ``MIDDLEWARE``, so that the time of all others is included. It never touches the database, and an
    error in it never changes a response. A streamed response is measured until its last byte is sent or the client
    is gone. Previews in the Wagtail admin are requests inside a request, and not counted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self.durations = RequestDurations()
        # Django would call a synchronous one in a thread.
        self.process_template_response = (
            self._awill_render if self.async_mode else self._will_render
        )
        self._active = measuring.active._value.inc

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "is_dummy", False):
            return self.get_response(request)
        started = perf_counter()
        queries = RequestQueries()
        token = current_queries.set(queries)
        self._active(1)
        try:
            response = self.get_response(request)
        except BaseException as error:
            self.failed(request, error, started)
            raise
        finally:
            current_queries.reset(token)
        return self.answered(request, response, queries, started)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "is_dummy", False):
            return await self.get_response(request)
        started = perf_counter()
        queries = RequestQueries()
        token = current_queries.set(queries)
        self._active(1)
        try:
            response = await self.get_response(request)
        except BaseException as error:
            self.failed(request, error, started)
            raise
        finally:
            current_queries.reset(token)
        return self.answered(request, response, queries, started)

    def _will_render(self, request: HttpRequest, response: Any) -> Any:
        _add_panels(request, response)
        return measuring.will_render(request, response)

    async def _awill_render(self, request: HttpRequest, response: Any) -> Any:
        if _is_editor(request):
            # Asks for the permissions of the user.
            await sync_to_async(_add_panels)(request, response)
        return measuring.will_render(request, response)

    def answered(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        queries: RequestQueries,
        started: float,
    ) -> HttpResponseBase:
        """Count a request that has a response, now or when its body has been sent."""
        status_class = response.status_code // 100
        try:
            if queries.by_alias:
                measuring.observe_request_queries(request, queries)
            if size := measuring.announced_bytes(request):
                measuring.observe_request_size(status_class, size)
            if response.streaming and not _is_event_stream(response):
                self._observe_when_closed(request, response, status_class, started)
                return response
            if not response.streaming:
                measuring.observe_response_size(status_class, len(response.content))  # type: ignore[attr-defined]
        except Exception as error:  # noqa: BLE001
            self._tell_once(error)
        self.observe(request, status_class, started)
        return response

    def failed(self, request: HttpRequest, error: BaseException, started: float) -> None:
        """Count a request without a response. Rare: Django turns the exceptions of views into responses.

        What comes here: a client that left an asynchronous view, a worker told to exit, and
        everything under ``DEBUG_PROPAGATE_EXCEPTIONS``.
        """
        aborted = isinstance(error, CancelledError)
        if aborted:
            measuring.aborts.inc()
        self.observe(request, ABORTED if aborted else 5, started)

    def observe(self, request: HttpRequest, status_class: int | str, started: float) -> None:
        """Count the request with the time since ``started``; log the first error and swallow all."""
        self._active(-1)
        try:
            seconds = perf_counter() - started
            self.durations.observe(request, status_class, seconds)
            record(request, status_class, seconds)
        except Exception as error:  # noqa: BLE001
            self._tell_once(error)

    def _tell_once(self, error: Exception) -> None:
        # Once per process: the same error would come with each request and bury the rest of the log.
        if not _errors_logged:
            _errors_logged.append("request metrics")
            logger.error(
                "This request could not be measured; others may follow unreported.", exc_info=error
            )

    def _observe_when_closed(
        self, request: HttpRequest, response: Any, status_class: int, started: float
    ) -> None:
        passage = Passage(started, status_class)
        if measuring.is_plain_file(response):
            # The server sends it by itself, and cannot be watched.
            passage.bytes, passage.ended = measuring.response_bytes(response), True
            measuring.observe_first_byte(status_class, perf_counter() - started)
        else:
            passage.watch(response)
        pending = [passage]
        # Only weakly held, so that the response goes as soon as nobody has it any more.
        own_close, response_of = response.__dict__.get("close"), weakref.ref(response)

        def close_and_observe() -> None:
            passage.on_end()
            if own_close is not None:
                own_close()
            elif (closed := response_of()) is not None:
                type(closed).close(closed)

        # Servers close a response exactly when they are done with it, also when the client went away half-way. An
        # asynchronous one may cancel the task before that: then it is over when the response is gone.
        response.close = close_and_observe
        passage.on_end = partial(self._count_once, request, pending)
        weakref.finalize(response, passage.on_end)

    def _count_once(self, request: HttpRequest, pending: list[Passage]) -> None:
        if pending:
            self._closed(request, pending.pop())

    def _closed(self, request: HttpRequest, passage: Passage) -> None:
        measuring.observe_response_size(passage.status_class, passage.bytes)
        # The body of HEAD is asked for by nobody.
        if not passage.ended and request.method != "HEAD":
            measuring.aborts.inc()
        self.observe(request, passage.status_class, passage.started)


def _is_event_stream(response: HttpResponseBase) -> bool:
    """Whether it is open as long as somebody looks: its time is that until it begins."""
    return response.get("Content-Type", "").startswith("text/event-stream")


def _is_editor(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name == EDIT_VIEW


def _add_panels(request: HttpRequest, response: Any) -> None:
    if _is_editor(request):
        # Needs the models.
        from .reports.panels import add_side_panel

        add_side_panel(request, response)

"""Measure every request, however it ends."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mkt_core.both_modes import BothModes

from ._requests import ABORTED, RequestDurations

logger = logging.getLogger(__name__)

_errors_logged: list[str] = []


class RequestMetricsMiddleware(BothModes):
    """Count each request once in ``http_server_request_duration_seconds``.

    Belongs first in ``MIDDLEWARE``, so that the time of all others is included. It never touches the database, and an
    error in it never changes a response. A streamed response is measured until its last byte is sent or the client
    is gone. Previews in the Wagtail admin are requests inside a request, and not counted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self.durations = RequestDurations()

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        try:
            response = self.get_response(request)
        except BaseException as error:
            self.failed(request, error, started)
            raise
        return self.answered(request, response, started)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        try:
            response = await self.get_response(request)
        except BaseException as error:
            self.failed(request, error, started)
            raise
        return self.answered(request, response, started)

    def answered(
        self, request: HttpRequest, response: HttpResponseBase, started: float
    ) -> HttpResponseBase:
        """Count a request that has a response, now or when its body has been sent."""
        if response.streaming:
            self._observe_when_closed(request, response, started)
        else:
            self.observe(request, response.status_code // 100, started)
        return response

    def failed(self, request: HttpRequest, error: BaseException, started: float) -> None:
        """Count a request without a response. Rare: Django turns the exceptions of views into responses.

        What comes here: a client that left an asynchronous view, a worker told to exit, and
        everything under ``DEBUG_PROPAGATE_EXCEPTIONS``.
        """
        self.observe(request, ABORTED if isinstance(error, CancelledError) else 5, started)

    def observe(self, request: HttpRequest, status_class: int | str, started: float) -> None:
        """Count the request with the time since ``started``; log the first error and swallow all."""
        if getattr(request, "is_dummy", False):
            return
        try:
            self.durations.observe(request, status_class, perf_counter() - started)
        except Exception:
            # Once per process: the same error would come with each request and bury the rest of the log.
            if not _errors_logged:
                _errors_logged.append("request metrics")
                logger.exception(
                    "This request could not be measured; others may follow unreported."
                )

    def _observe_when_closed(
        self, request: HttpRequest, response: HttpResponseBase, started: float
    ) -> None:
        # Servers close a response exactly when they are done with it, also when the client went away half-way.
        close = response.close
        pending = [response.status_code // 100]

        def close_and_observe() -> None:
            if pending:
                self.observe(request, pending.pop(), started)
            close()

        response.close = close_and_observe  # type: ignore[method-assign]

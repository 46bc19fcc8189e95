"""Stored responses for everybody who would get the same."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..both_modes import BothModes
from ..db.freshness import knowing
from .collector import collecting
from .observing import observed
from .serving import Visit, refuse

logger = logging.getLogger(__name__)

#: Between two looks whether somebody else has rendered the response, the first and the longest time.
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.1


class ResponseCacheMiddleware(BothModes):
    """Answer from the response cache, or keep what is answered; says which in the header ``X-MKT-Cache``.

    Belongs right behind SecurityMiddleware: what stands in front of it runs for every request, what stands behind it
    only when a response is rendered. Nothing that goes wrong with the cache is shown to a visitor.
    """

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        visit = Visit.begin(request)
        if isinstance(visit, str):
            return refuse(self.get_response(request), visit)
        if (stored := visit.first_answer()) is not None:
            return stored
        pause = _FIRST_PAUSE_SECONDS
        while visit.must_wait():
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
            if (stored := visit.later_answer()) is not None:
                return stored
        return self.render(request, visit)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        visit = Visit.begin(request)
        if isinstance(visit, str):
            return refuse(await self.get_response(request), visit)
        if (stored := await _in_thread(visit.first_answer)) is not None:
            return stored
        pause = _FIRST_PAUSE_SECONDS
        while visit.must_wait():
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
            if (stored := await _in_thread(visit.later_answer)) is not None:
                return stored
        return await self.arender(request, visit)

    def render(self, request: HttpRequest, visit: Visit) -> HttpResponseBase:
        """The response as it is rendered now, or the stored one if that fails."""
        started = time.perf_counter()
        try:
            with (
                knowing(visit.lookup.moment),
                observed(request, visit.question) as readings,
                collecting() as collector,
            ):
                response: HttpResponseBase = self.get_response(request)
        except Exception:
            visit.give_up()
            if (stored := visit.answer_despite_error()) is not None:
                logger.exception("A stored response was given out instead of an error")
                return stored
            raise
        except BaseException:
            visit.give_up()
            raise
        return visit.finish(response, readings, collector, time.perf_counter() - started)

    async def arender(self, request: HttpRequest, visit: Visit) -> HttpResponseBase:
        """See ``render()``."""
        started = time.perf_counter()
        try:
            with (
                knowing(visit.lookup.moment),
                observed(request, visit.question) as readings,
                collecting() as collector,
            ):
                response: HttpResponseBase = await self.get_response(request)
        except Exception:
            await _in_thread(visit.give_up)
            if (stored := visit.answer_despite_error()) is not None:
                logger.exception("A stored response was given out instead of an error")
                return stored
            raise
        except BaseException:
            # The client is gone: nothing may be awaited any more.
            visit.give_up()
            raise
        seconds = time.perf_counter() - started
        return await _in_thread(lambda: visit.finish(response, readings, collector, seconds))


async def _in_thread(action: Callable[[], Any]) -> Any:
    # Stores block. Not thread-sensitive: nothing else of this request needs the same thread.
    return await sync_to_async(action, thread_sensitive=False)()

"""The figures of "Now" as server-sent events, for pages that an ASGI server has served.

One task of each process reads the figures, however many look: those who look get what it has read. It begins with the
first of them and ends with the last.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from hashlib import blake2b
from time import monotonic
from typing import NamedTuple
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views import View

from .access import may_see
from .now import now_figures
from .now_views import POLL_SECONDS, now_context

logger = logging.getLogger(__name__)

#: Something is sent after so long without figures: it keeps proxies from closing the connection, and finds closed ones.
HEARTBEAT_SECONDS = 15.0
#: A stream ends after so long, and the browser opens another: whoever may not see the figures any more is refused then.
LONGEST_SECONDS = 600.0
#: Streams of one process; those beyond ask again and again instead.
MOST_STREAMS = 200
#: Events without figures: nothing has changed, nothing could be read, and there is no room for another stream.
SAME, OLD, FULL = (f"event: {name}\ndata: -\n\n" for name in ("same", "old", "full"))


class Reader(NamedTuple):
    """What the figures look like to somebody."""

    language: str
    zone: str


Read = Callable[[Collection[Reader]], Mapping[Reader, str]]


class NowStreamView(View):
    """``text/event-stream``: the figures at once, and whenever they have changed. 404 without ASGI."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not isinstance(request, ASGIRequest):
            return HttpResponse(status=404)
        if not may_see(request.user):
            return HttpResponse(status=403)
        reader = Reader(translation.get_language() or "en", timezone.get_current_timezone_name())
        return StreamingHttpResponse(
            events_for(reader),
            content_type="text/event-stream; charset=utf-8",
            # The last two: nginx would collect what is to be sent, and so would Django's GZipMiddleware.
            headers={
                "Cache-Control": "private, no-store",
                "X-Accel-Buffering": "no",
                "Content-Encoding": "identity",
            },
        )


class Feed:
    """Those who look, in one event loop, and the task that reads for them."""

    def __init__(self, read: Read, seconds: float = POLL_SECONDS) -> None:
        self._read, self._seconds = read, seconds
        self._looking: dict[asyncio.Queue[str], Reader] = {}
        self._latest: dict[Reader, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._has_failed = False

    @property
    def is_full(self) -> bool:
        """Whether nobody else is let in."""
        return len(self._looking) >= MOST_STREAMS

    async def follow(
        self, reader: Reader, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> AsyncIterator[str]:
        """The figures as events, and something for each time without any. Ends after ``LONGEST_SECONDS``."""
        until = monotonic() + LONGEST_SECONDS
        # Whoever is slow gets the latest figures, not all that were missed.
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        self._looking[queue] = reader
        if reader in self._latest:
            queue.put_nowait(self._latest[reader])
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            while monotonic() < until:
                try:
                    yield as_event(await asyncio.wait_for(queue.get(), heartbeat_seconds))
                except TimeoutError:
                    yield OLD if self._has_failed else SAME
        finally:
            del self._looking[queue]
            if not self._looking and self._task is not None:
                self._task.cancel()
                self._task = None
                self._latest.clear()

    async def _run(self) -> None:
        read = sync_to_async(self._read, thread_sensitive=False)
        while True:
            try:
                self._tell(await read(set(self._looking.values())))
                self._has_failed = False
            except Exception:
                if not self._has_failed:
                    logger.exception("The figures of the dashboard cannot be read.")
                self._has_failed = True
            await asyncio.sleep(self._seconds)

    def _tell(self, found: Mapping[Reader, str]) -> None:
        changed = {reader for reader, text in found.items() if self._latest.get(reader) != text}
        self._latest = dict(found)
        for queue, reader in self._looking.items():
            if reader in changed:
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(found[reader])


def read_figures(readers: Collection[Reader]) -> dict[Reader, str]:
    """The HTML for each kind of reader, from one reading. For a thread: its connections are closed afterwards."""
    try:
        figures = now_figures()
        found: dict[Reader, str] = {}
        for reader in readers:
            with translation.override(reader.language), timezone.override(reader.zone):
                context = now_context(figures)
                found[reader] = render_to_string("mkt_monitoring/now_figures.html", context)
        return found
    finally:
        connections.close_all()


async def events_for(reader: Reader) -> AsyncIterator[str]:
    """The figures as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    loop = asyncio.get_running_loop()
    feed = _feeds.get(loop)
    if feed is None:
        feed = _feeds[loop] = Feed(read_figures)
    if feed.is_full:
        yield FULL
        return
    yield f"retry: {POLL_SECONDS * 1000:.0f}\n\n"
    following = feed.follow(reader)
    try:
        async for text in following:
            yield text
    finally:
        # Else it would be closed whenever memory is cleared.
        await following.aclose()  # type: ignore[attr-defined]


def as_event(text: str) -> str:
    """One event, called "figures"; its identifier is that of the text."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    key = blake2b(text.encode(), digest_size=8).hexdigest()
    return f"event: figures\nid: {key}\n{lines}\n"


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = WeakKeyDictionary()

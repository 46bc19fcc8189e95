"""The body of a streamed response on its way: when it begins, how long it is, and whether it comes to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from time import perf_counter

from django.http.response import StreamingHttpResponse

from .measuring import observe_first_byte


class Passage:
    """What became of the body. ``ended`` is about the client, too: a server asks for the rest while it listens."""

    __slots__ = ("began", "bytes", "ended", "on_end", "started", "status_class")

    def __init__(self, started: float, status_class: int) -> None:
        self.started = started
        self.status_class = status_class
        self.began = False
        self.ended = False
        self.bytes = 0
        self.on_end: Callable[[], None] = lambda: None

    def watch(self, response: StreamingHttpResponse) -> None:
        """Put this between the response's body and the server."""
        body = response.streaming_content
        if response.is_async:
            response.streaming_content = self._awatched(body)  # type: ignore[arg-type]
        else:
            response.streaming_content = self._watched(body)  # type: ignore[arg-type]

    def _watched(self, body: Iterator[bytes]) -> Iterator[bytes]:
        for part in body:
            self._note(part)
            yield part
        self.ended = True

    async def _awatched(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for part in body:
                self._note(part)
                yield part
            self.ended = True
        finally:
            # A server that cancels the task, since the client has left, may not close the response.
            self.on_end()

    def _note(self, part: bytes) -> None:
        if not self.began:
            self.began = True
            observe_first_byte(self.status_class, perf_counter() - self.started)
        self.bytes += len(part)

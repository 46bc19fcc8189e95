"""Where the reads of a request, or of a block of code, may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any


@dataclass(slots=True)
class Routing:
    """One object is shared by every thread and task of a request, so it is changed in place."""

    may_use_replicas: bool
    #: The one that was chosen; all reads go there, because another may be behind what has been read already.
    replica: str = ""
    has_written: bool = False
    #: Whether the visitor must see what was written, later on and in other processes too.
    must_pin: bool = False
    outer: Routing | None = None

    def note_write(self, *, must_pin: bool) -> None:
        """From now on everything is read from the primary, also once this block has ended."""
        routing: Routing | None = self
        while routing is not None:
            routing.has_written = True
            routing.must_pin |= must_pin
            routing = routing.outer


_current: ContextVar[Routing | None] = ContextVar("mkt_core_db_routing", default=None)


def current_routing() -> Routing | None:
    """None outside of requests and blocks: in commands, tasks and threads, which read from the primary."""
    return _current.get()


@contextmanager
def routed(routing: Routing) -> Iterator[None]:
    """Route what is read inside the block."""
    token = _current.set(routing)
    try:
        yield
    finally:
        _current.reset(token)


class _Block(ContextDecorator):
    """A block, or decorated function (sync or async), with its own routing. May be nested and used again."""

    _may_use_replicas: bool

    def __init__(self) -> None:
        self._tokens: list[Token[Routing | None]] = []

    def _recreate_cm(self) -> _Block:
        # Each call of a decorated function has a block of its own; they may run side by side.
        return type(self)()

    def __enter__(self) -> None:
        outer = _current.get()
        routing = Routing(
            self._may_use_replicas,
            replica=outer.replica if outer else "",
            has_written=outer.has_written if outer else False,
            outer=outer,
        )
        self._tokens.append(_current.set(routing))

    def __exit__(self, *exc_info: object) -> None:
        _current.reset(self._tokens.pop())

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:  # type: ignore[override]
        if not iscoroutinefunction(function):
            return super().__call__(function)

        @wraps(function)
        async def routed_function(*args: Any, **kwargs: Any) -> Any:
            with self._recreate_cm():
                return await function(*args, **kwargs)

        return routed_function


class use_primary(_Block):  # noqa: N801 - reads like contextlib's own
    """Read from the primary inside ``with use_primary():``, or in a function decorated with ``@use_primary()``.

    For what must not be old, such as what is put into a cache that others share.
    """

    _may_use_replicas = False


class use_replica(_Block):  # noqa: N801
    """Read from a replica inside the block or function, in commands and tasks as well; it may lag.

    From the primary nevertheless while no replica can be used, in a transaction, and after a write inside of the block
    or earlier in the request.
    """

    _may_use_replicas = True

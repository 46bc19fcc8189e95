"""Not asking a server that does not answer, until it does."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from threading import Event, Lock, Thread

logger = logging.getLogger(__name__)

_breakers: weakref.WeakSet[Breaker] = weakref.WeakSet()
_breakers_lock = Lock()


class Breaker:
    """Per process and server. Closed: ask. Open: do not; a thread in the background asks until an answer comes.

    A visitor never waits for a probe, so that a frozen server costs one timeout and nothing afterwards.
    """

    def __init__(
        self,
        name: str,
        probe: Callable[[], object],
        *,
        server: str = "",
        probe_seconds: float = 5.0,
        slow_seconds: float = 0.2,
        errors_to_open: int = 3,
    ) -> None:
        """``probe`` asks the server and repairs what went wrong meanwhile; it raises while that is impossible.

        An error that took ``slow_seconds`` or longer opens at once, a quick one when it is the third in a row
        (``errors_to_open``). Where one breaker has waited in vain, others of the same ``server`` do not wait again.
        """
        self.name = name
        self.server = server
        self._probe = probe
        self._probe_seconds = probe_seconds
        self._slow_seconds = slow_seconds
        self._errors_to_open = errors_to_open
        self._errors = 0
        self._is_open = False
        # Whether it is open because the server said nothing.
        self._is_silent = False
        self._lock = Lock()
        self._stopped = Event()
        self._thread: Thread | None = None
        with _breakers_lock:
            _breakers.add(self)
        if any(other._is_open and other._is_silent for other in self._others()):
            self.open(is_silent=True)

    @property
    def is_open(self) -> bool:
        """Whether the server must not be asked now."""
        if not self._is_open:
            return False
        # After a fork the thread is in the other process.
        if self._thread is None or not self._thread.is_alive():
            self._start_probing()
        return True

    def succeeded(self) -> None:
        """The server has answered."""
        if self._errors:
            self._errors = 0

    def failed(self, seconds: float) -> None:
        """The server has been asked in vain for ``seconds``."""
        with self._lock:
            self._errors += 1
            if seconds < self._slow_seconds and self._errors < self._errors_to_open:
                return
        if seconds < self._slow_seconds:
            self.open()
            return
        for breaker in (self, *self._others()):
            breaker.open(is_silent=True)

    def _others(self) -> list[Breaker]:
        with _breakers_lock:
            known = list(_breakers)
        return [other for other in known if self.server == other.server != "" and other is not self]

    def open(self, *, is_silent: bool = False) -> None:
        """Ask no more until a probe succeeds."""
        with self._lock:
            self._is_silent = is_silent or (self._is_open and self._is_silent)
            if self._is_open:
                return
            self._is_open = True
        logger.error("%s does not answer; doing without it until it does", self.name)
        self._start_probing()

    def stop(self) -> None:
        """Stop probing; for when the server is not needed any more."""
        self._stopped.set()
        with _breakers_lock:
            _breakers.discard(self)
        thread = self._thread
        if thread is not None and thread.is_alive():
            thread.join(timeout=5)

    def _start_probing(self) -> None:
        with self._lock:
            if self._stopped.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = Thread(
                target=self._keep_probing, name=f"probe of {self.name}", daemon=True
            )
            try:
                self._thread.start()
            except RuntimeError:
                # The interpreter is shutting down.
                self._thread = None

    def _keep_probing(self) -> None:
        while not self._stopped.wait(self._probe_seconds):
            try:
                self._probe()
            except Exception as error:  # noqa: BLE001
                logger.debug("%s still does not answer: %s", self.name, error)
            else:
                self._errors = 0
                self._is_open = False
                logger.warning("%s answers again", self.name)
                return

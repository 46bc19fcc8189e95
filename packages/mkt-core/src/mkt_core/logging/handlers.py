"""Handlers that no failure of the log's own gets out of: a full disk or a reader that has gone must not break a page.

The standard library's print a traceback to standard error when they cannot write, which may be the very stream that is
broken. These count what is lost, and say so in the log once it can be written again.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import threading
from contextlib import suppress
from typing import Any

_LOST = "%d log lines could not be written: %s"


class _Counting(logging.Handler):
    """What a handler does about lines that cannot be written."""

    terminator: str

    #: Lines lost since the handler was made.
    lost_total = 0
    _lost = 0
    _why = ""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        import sys

        error = sys.exc_info()[1]
        self._lost += 1
        self.lost_total += 1
        self._why = f"{type(error).__name__}: {error}" if error is not None else "unknown"

    def tell_lost(self) -> None:
        """After a line could be written: what was lost before it."""
        if not self._lost:
            return
        lost, why, self._lost = self._lost, self._why, 0
        record = logging.LogRecord(
            "mkt_core.logging", logging.WARNING, __file__, 0, _LOST, (lost, why), None
        )
        logging.Handler.handle(self, record)


class SafeStreamHandler(_Counting, logging.StreamHandler):
    """``logging.StreamHandler`` that loses lines rather than requests."""

    def emit(self, record: logging.LogRecord) -> None:
        before = self.lost_total
        super().emit(record)
        if self._lost and self.lost_total == before:
            self.tell_lost()


class SafeFileHandler(_Counting, logging.handlers.WatchedFileHandler):
    """``logging.handlers.WatchedFileHandler`` that loses lines rather than requests.

    The file is opened by the first line, readable for its owner and group only (``mode``), and again when ``logrotate``
    has moved it away.
    """

    def __init__(
        self, filename: str | os.PathLike[str], *, mode: int = 0o640, **kwargs: Any
    ) -> None:
        self._mode = mode
        self._cut = False
        super().__init__(
            filename, delay=True, encoding="utf-8", errors="backslashreplace", **kwargs
        )

    def _open(self) -> Any:
        def opener(path: str, flags: int) -> int:
            return os.open(path, flags, self._mode)

        return open(
            self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=opener
        )

    def emit(self, record: logging.LogRecord) -> None:
        before = self.lost_total
        try:
            super().emit(record)
        except OSError:
            # The file cannot be opened: the directory has gone, or is read-only, or there are no inodes left.
            self.handleError(record)
        if self.lost_total != before:
            self._drop_buffer()
        elif self._lost:
            self.tell_lost()

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        # A line that ended in the middle must not take the next one with it.
        line, self._cut = (f"{self.terminator}{line}" if self._cut else line), False
        return line

    def _drop_buffer(self) -> None:
        # What could not be written would be tried again with every line, and grow.
        stream, self.stream, self._cut = self.stream, None, True
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.close()


def log_unhandled_errors() -> None:
    """Errors that end a thread or the process go to the log, in its format, instead of being printed."""
    import sys

    logger = logging.getLogger("mkt_core.unhandled")
    before = sys.excepthook, threading.excepthook

    def of_process(kind: Any, error: Any, trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt) or not logger.hasHandlers():
            before[0](kind, error, trace)
        else:
            logger.critical("The process ends by an error", exc_info=(kind, error, trace))

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if issubclass(args.exc_type, SystemExit):
            return
        if not logger.hasHandlers() or args.exc_value is None:
            before[1](args)
            return
        name = args.thread.name if args.thread is not None else "unknown"
        info = (args.exc_type, args.exc_value, args.exc_traceback)
        logger.critical("The thread %s ends by an error", name, exc_info=info)

    sys.excepthook, threading.excepthook = of_process, of_thread

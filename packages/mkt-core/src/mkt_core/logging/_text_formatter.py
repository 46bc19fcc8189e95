"""Lines for people."""

from __future__ import annotations

import logging
import time

from ._events import readable_message, stack_trace
from .redaction import current_redactor

# Line breaks of Unicode, and what turns terminals and readers of logs upside down (U+202E and its like).
_DANGEROUS = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x2028,
        0x2029,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ]
)
_ESCAPES = {code: ascii(chr(code))[1:-1] for code in _DANGEROUS}
_ESCAPES_BUT_LINE_BREAK = {code: text for code, text in _ESCAPES.items() if chr(code) not in "\n\t"}


class TextFormatter(logging.Formatter):
    """The standard library's formatter, without secrets, paths of requests and forged lines. Never raises.

    Times are UTC. The lines of a stack trace stand below the message, each with four blanks in front.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        try:
            return self._line(record)
        except Exception as problem:  # noqa: BLE001
            # Last resort: whatever this record holds, logging it must not break the caller.
            return f"A log record could not be formatted: {type(problem).__name__}"

    def _line(self, record: logging.LogRecord) -> str:
        record.message = readable_message(record)
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        line = current_redactor().text(self.formatMessage(record)).translate(_ESCAPES)
        trace = self._trace(record)
        return f"{line}\n{trace}" if trace else line

    def _trace(self, record: logging.LogRecord) -> str:
        text = current_redactor().text(stack_trace(record, self.formatException))
        return "\n".join(
            f"    {line}" for line in text.translate(_ESCAPES_BUT_LINE_BREAK).split("\n") if line
        )

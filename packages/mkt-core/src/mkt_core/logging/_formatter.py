"""One JSON line per log record, with the field names of the Elastic Common Schema (ECS).

Lines are put together from pieces instead of encoding a dictionary: what a logger or a request always has is encoded
once. That, and the redaction that most lines do not need, keeps a line near the cost of plain text.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from mkt_core.request_id import request_id_variable
from mkt_core.request_scope import scope_variable
from mkt_core.trace_context import opentelemetry_trace

from ._events import event_fields, readable_message, stack_trace
from ._labels import MAPPED, labels_part, request_fields
from ._texts import readable, shortened, without_half_words
from .redaction import Redactor, current_redactor

ECS_VERSION = "8.11"

# What every record has, and what others leave on it. taskName is new in Python 3.12.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_STANDARD_COUNT = len(logging.makeLogRecord({}).__dict__)
_NO_LABELS = _STANDARD | MAPPED
# Fields that a record cannot have twice.
_RESERVED = frozenset(
    {
        *("@timestamp", "log.level", "message", "ecs.version", "log.logger", "process.pid"),
        *("service.name", "service.environment", "labels"),
    }
)
# Longer texts are cut before they are searched for secrets, which takes time in proportion.
_MAX_SEARCHED_CHARS = 65_536

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON. Never raises, whatever the record holds.

    Fields passed as ``extra=`` go under ``labels``; a value that is not a plain scalar is written as its ``repr``. The
    dictionary ``extra={"ecs": {"event.action": …}}`` holds fields with names of their own. The line is pure ASCII:
    control characters, line breaks (Unicode's too) and lone surrogates are escaped, so that no value can forge a second
    line. Secrets are taken out (``mkt_core.logging.redaction``); query strings and bodies are not written at all.

    ``max_bytes`` bounds a line; longer messages and stack traces lose their middle. ``service`` and ``environment`` are
    written as ``service.name`` and ``service.environment``.
    """

    def __init__(
        self,
        *args: Any,
        max_bytes: int = 32_768,
        service: str = "",
        environment: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.max_bytes = max_bytes
        named = {"service.name": service, "service.environment": environment}
        self._service = _part({name: value for name, value in named.items() if value})
        self._adds_fields = type(self).fields is not JsonFormatter.fields

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line break."""
        try:
            line = self._line(record, self.max_bytes // 2)
            return line if len(line) <= self.max_bytes else self._shorter_line(record)
        except Exception as problem:  # noqa: BLE001
            # Last resort: whatever this record holds, logging it must not break the caller.
            return _encode(
                {
                    "@timestamp": _timestamp(time.time()),
                    "log.level": "error",
                    "message": f"A log record could not be formatted: {type(problem).__name__}",
                }
            )

    def fields(self, record: logging.LogRecord) -> Mapping[str, Any]:
        """More fields of a record, to be overridden: ECS names and values that JSON can hold."""
        return {}

    def _line(self, record: logging.LogRecord, limit: int, *, with_labels: bool = True) -> str:
        redactor = current_redactor()
        # Nothing has come in by ``extra=``. One comparison for most lines, in place of one for each attribute.
        is_plain = len(record.__dict__) <= _STANDARD_COUNT
        message = readable_message(record)
        line = (
            f'{{"@timestamp":"{_timestamp(record.created)}"{_level(record.levelname)}'
            f',"message":{quoted(_clean(message, limit, redactor))}{_logger(record.name)}'
            f',"process.pid":{record.process or 0}{self._service}'
        )
        more = self._more_fields(record, limit, redactor, is_plain)
        line += _part(_scope_fields() | more) if more else _scope_part()
        if not is_plain:
            line += self._labels(record, limit, redactor, with_labels)
        return line + "}"

    def _more_fields(
        self, record: logging.LogRecord, limit: int, redactor: Redactor, is_plain: bool
    ) -> dict[str, Any]:
        """What most lines do not have. No name may stand in a line twice: Elasticsearch refuses such lines."""
        more: dict[str, Any] = {}
        if record.exc_info or record.exc_text or record.stack_info:
            more = self._error_fields(record, limit, redactor)
        if not is_plain:
            if "request" in record.__dict__ or "request_id" in record.__dict__:
                more |= request_fields(record, redactor)
            more |= event_fields(record, redactor)
        if self._adds_fields:
            more |= self.fields(record)
        if more:
            for name in _RESERVED & more.keys():
                del more[name]
        return more

    def _labels(
        self, record: logging.LogRecord, limit: int, redactor: Redactor, with_labels: bool
    ) -> str:
        # What came in later stands behind what every record has.
        names = [
            name
            for name in islice(record.__dict__, _STANDARD_COUNT, None)
            if name not in _NO_LABELS
        ]
        labels = labels_part(record, names, limit, redactor)
        if labels and not with_labels:
            return _part({"labels": {"dropped": len(names)}})
        return labels

    def _shorter_line(self, record: logging.LogRecord) -> str:
        # Escapes make a character up to twelve bytes long; how many there are is only known once it is written.
        limit = self.max_bytes // 4
        while len(line := self._line(record, limit)) > self.max_bytes and limit > 32:
            limit //= 2
        if len(line) > self.max_bytes:
            line = self._line(record, limit, with_labels=False)
        return line

    def _error_fields(
        self, record: logging.LogRecord, limit: int, redactor: Redactor
    ) -> dict[str, Any]:
        """``error.*`` of a record made with ``exc_info`` or ``stack_info``."""
        fields: dict[str, Any] = {}
        error_type, error, _traceback = record.exc_info or (None, None, None)
        if error_type is not None:
            name = f"{error_type.__module__}.{error_type.__qualname__}"
            fields["error.type"] = name.removeprefix("builtins.")
            fields["error.message"] = _clean(readable(error, str), limit, redactor)
        if trace := stack_trace(record, self.formatException):
            fields["error.stack_trace"] = _clean(trace, limit, redactor)
        return fields


def _part(fields: Mapping[str, Any]) -> str:
    """Fields as they stand behind others in a line."""
    return f",{_encode(fields)[1:-1]}" if fields else ""


def _scope_part() -> str:
    """``_scope_fields()`` as they stand in a line."""
    scope = scope_variable.get()
    if scope is not None and opentelemetry_trace() is None:
        return scope.line_part
    return _part(_scope_fields())


def _scope_fields() -> dict[str, str]:
    """Ids of the current request, and its user; of OpenTelemetry's span where there is one."""
    scope, request_id = scope_variable.get(), request_id_variable.get()
    fields = {}
    if scope is not None:
        fields = scope.fields
    elif request_id:
        fields = {"http.request.id": request_id[:128]}
    if (trace := opentelemetry_trace()) is not None:
        fields |= {"trace.id": trace.trace_id, "span.id": trace.span_id}
    return fields


def _clean(text: str, limit: int, redactor: Redactor) -> str:
    # First without secrets, then shorter: half a secret would not be recognised any more.
    if len(text) > _MAX_SEARCHED_CHARS:
        text = without_half_words(text, _MAX_SEARCHED_CHARS)
    text = redactor.text(text)
    return text if len(text) <= limit else shortened(text, limit)


def _timestamp(created: float) -> str:
    """UTC with milliseconds, e.g. ``2026-11-23T09:30:00.123Z``."""
    whole_seconds = int(created)
    return f"{_second(whole_seconds)}.{int((created - whole_seconds) * 1000):03d}Z"


@lru_cache(maxsize=8)
def _second(whole_seconds: int) -> str:
    # Lines come many to a second, and this is the dearest part of a timestamp.
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole_seconds))


@lru_cache(maxsize=64)
def _level(name: str) -> str:
    return _part({"log.level": name.lower()})


@lru_cache(maxsize=512)
def _logger(name: str) -> str:
    return _part({"ecs.version": ECS_VERSION, "log.logger": name})

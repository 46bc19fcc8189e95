"""One JSON line per log record, with the field names of the Elastic Common Schema (ECS)."""

from __future__ import annotations

import json
import logging
import math
import time
from functools import lru_cache
from typing import Any

from django.http import HttpRequest

from mkt_core.request_id import META_KEY, current_request_id

ECS_VERSION = "8.11"
#: Most extra fields kept of one record.
MAX_LABELS = 32
#: Most characters kept of one extra field.
MAX_LABEL_CHARS = 512

# What every record has; the rest of its attributes came in through ``extra=``. taskName is new in Python 3.12.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# Extra fields that get ECS names of their own. server_time is the text of Django's development server.
_MAPPED = frozenset({"request", "request_id", "status_code", "server_time"})

# ensure_ascii also escapes every control character, DEL and the C1 range included.
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON. Never raises, whatever the record holds.

    Fields passed as ``extra=`` go under ``labels``; a value that is not a plain scalar is written as
    its ``repr``. The line is pure ASCII: control characters, line breaks (Unicode's too) and lone
    surrogates are escaped, so that no value can forge a second line. Query strings and bodies are
    left out, since they hold passwords and tokens.

    ``max_bytes`` bounds a line; longer messages and stack traces lose their middle.
    """

    def __init__(self, *args: Any, max_bytes: int = 32_768, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_bytes = max_bytes

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line break."""
        try:
            return self._bounded_line(record)
        except Exception as problem:  # noqa: BLE001
            # Last resort: whatever this record holds, logging it must not break the caller.
            return _encode(
                {
                    "@timestamp": _timestamp(time.time()),
                    "log.level": "error",
                    "message": _unformatted(problem),
                }
            )

    def _bounded_line(self, record: logging.LogRecord) -> str:
        max_chars = self.max_bytes // 2
        fields = self.document(record, max_chars)
        # Escapes make a character up to twelve bytes long; how many there are is only known once it is written.
        while len(line := _encode(fields)) > self.max_bytes and max_chars > 32:
            max_chars //= 2
            fields = self.document(record, max_chars)
        if len(line) > self.max_bytes:
            line = _encode(fields | {"labels": {"dropped": len(fields.get("labels", ()))}})
        return line

    def document(self, record: logging.LogRecord, max_chars: int) -> dict[str, Any]:
        """The fields of a record; texts of up to ``max_chars`` characters. Override to add fields."""
        fields: dict[str, Any] = {
            "@timestamp": _timestamp(record.created),
            "log.level": record.levelname.lower(),
            "message": _shortened(_message(record), max_chars),
            "ecs.version": ECS_VERSION,
            "log.logger": record.name,
            "process.pid": record.process,
        }
        if record.exc_info or record.exc_text or record.stack_info:
            fields.update(self.error_fields(record, max_chars))
        fields.update(_request_fields(record))
        if labels := _labels(record, max_chars):
            fields["labels"] = labels
        return fields

    def error_fields(self, record: logging.LogRecord, max_chars: int) -> dict[str, Any]:
        """``error.*`` of a record made with ``exc_info`` or ``stack_info``."""
        fields: dict[str, Any] = {}
        error_type, error, _traceback = record.exc_info or (None, None, None)
        if error_type is not None:
            fields["error.type"] = (
                f"{error_type.__module__}.{error_type.__qualname__}".removeprefix("builtins.")
            )
            fields["error.message"] = _shortened(_text(error, str), max_chars)
        if trace := self._stack_trace(record):
            fields["error.stack_trace"] = _shortened(trace, max_chars)
        return fields

    def _stack_trace(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            try:
                record.exc_text = self.formatException(record.exc_info)
            except Exception as problem:  # noqa: BLE001 - an exception may have a broken __str__
                record.exc_text = f"<no stack trace: {type(problem).__name__}>"
        return "\n".join(part for part in (record.exc_text, record.stack_info) if part)


def _unformatted(problem: Exception) -> str:
    return f"A log record could not be formatted: {type(problem).__name__}"


def _timestamp(created: float) -> str:
    """UTC with milliseconds, e.g. ``2026-11-23T09:30:00.123Z``."""
    whole_seconds = int(created)
    milliseconds = int((created - whole_seconds) * 1000)
    return f"{_second(whole_seconds)}.{milliseconds:03d}Z"


@lru_cache(maxsize=8)
def _second(whole_seconds: int) -> str:
    # Lines come many to a second, and this is the dearest part of a timestamp.
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole_seconds))


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001
        # Arguments that do not fit the format: the line is worth having all the same.
        return f"{_text(record.msg)} % {_text(record.args)}"


def _request_fields(record: logging.LogRecord) -> dict[str, Any]:
    """``http.*`` and ``url.*`` when Django put the request on the record, and the id of the current request anyway."""
    fields: dict[str, Any] = {}
    request_id = getattr(record, "request_id", None) or current_request_id()
    # Django's development server puts a socket here.
    if isinstance(request := getattr(record, "request", None), HttpRequest):
        fields["http.request.method"] = request.method
        fields["url.path"] = _shortened(request.path, MAX_LABEL_CHARS)
        request_id = request.META.get(META_KEY) or request_id
    if isinstance(status := getattr(record, "status_code", None), int):
        fields["http.response.status_code"] = status
    if request_id and request_id != "-":
        fields["http.request.id"] = _shortened(_text(request_id, str), 128)
    return fields


def _labels(record: logging.LogRecord, max_chars: int) -> dict[str, Any]:
    names = [name for name in record.__dict__ if name not in _STANDARD and name not in _MAPPED]
    limit = min(MAX_LABEL_CHARS, max_chars)
    # ECS: no dots in the names of labels, no nested values.
    return {
        str(name)[:64].replace(".", "_"): _label_value(record.__dict__[name], limit)
        for name in names[:MAX_LABELS]
    }


def _label_value(value: Any, limit: int) -> Any:
    kind = type(value)
    if value is None or kind is bool or (kind is int and value.bit_length() < 64):
        return value
    # NaN and infinity are no JSON.
    if kind is float and math.isfinite(value):
        return value
    return _shortened(value if kind is str else _text(value), limit)


def _text(value: Any, convert: Any = repr) -> str:
    try:
        return str(convert(value))
    except Exception:  # noqa: BLE001 - __repr__ and __str__ are other people's code
        return f"<{type(value).__name__} without a text form>"


def _shortened(text: str, limit: int) -> str:
    """At most about ``limit`` characters: the beginning and the end, which say most."""
    if len(text) <= limit:
        return text
    half = max(limit // 2, 8)
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"

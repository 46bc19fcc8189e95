"""``event.*`` of a record: of ours, which say so themselves, and of Django's, which are known by their logger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from ._texts import readable, shortened
from .redaction import Redactor
from .routes import path_to_log, route_of

# What Django's log of a response with this status means.
_REFUSALS = {
    401: ("unauthenticated", "authentication"),
    403: ("permission-denied", "iam"),
    429: ("rate-limited", "web"),
}
_MAX_CHARS = 512


def event_fields(record: logging.LogRecord, redactor: Redactor) -> dict[str, Any]:
    """The fields in ``extra={"ecs": {…}}`` and those of Django's own records about responses and attacks."""
    status, given = record.__dict__.get("status_code"), record.__dict__.get("ecs")
    if status is None and given is None and not record.name.startswith("django."):
        return {}
    fields: dict[str, Any] = {}
    if isinstance(status, int):
        fields["http.response.status_code"] = int(status)
    if record.name.startswith("django."):
        fields |= _of_django(record.name, fields.get("http.response.status_code"))
    if isinstance(given, Mapping):
        fields |= {str(name): _value(value, redactor) for name, value in given.items()}
    return fields


def _of_django(logger: str, status: int | None) -> dict[str, Any]:
    if logger == "django.security.csrf":
        return _refusal("csrf-failure", "web")
    if logger.startswith("django.security."):
        return {
            **_refusal("suspicious-operation", "intrusion_detection"),
            "event.reason": logger.removeprefix("django.security."),
        }
    if logger == "django.request" and status in _REFUSALS:
        return _refusal(*_REFUSALS[status])
    if logger == "django.request" and status is not None and status >= 500:
        return {"event.kind": "event", "event.action": "server-error", "event.outcome": "failure"}
    return {}


def _refusal(action: str, category: str) -> dict[str, Any]:
    return {
        "event.kind": "event",
        "event.category": [category],
        "event.type": ["denied"],
        "event.action": action,
        "event.outcome": "failure",
    }


def _value(value: Any, redactor: Redactor) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_value(item, redactor) for item in value[:32]]
    text = value if type(value) is str else readable(value, str)
    return shortened(redactor.text(shortened(text, 16 * _MAX_CHARS)), _MAX_CHARS)


def readable_message(record: logging.LogRecord) -> str:
    """The message; in those that Django writes about a response, the route stands in place of the path."""
    try:
        request = record.__dict__.get("request")
        if record.args and record.name.startswith("django.") and isinstance(request, HttpRequest):
            return _with_route(record, request)
        return record.getMessage()
    except Exception:  # noqa: BLE001
        # Arguments that do not fit the format: the line is worth having all the same.
        return f"{readable(record.msg)} % {readable(record.args)}"


def stack_trace(record: logging.LogRecord, format_exception: Callable[[Any], str]) -> str:
    """Of the error, and of the call if ``stack_info`` asked for it; empty if there is neither.

    Kept on the record for other handlers, as the standard library does.
    """
    if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
        try:
            record.exc_text = format_exception(record.exc_info)
        except Exception as problem:  # noqa: BLE001 - an exception may have a broken __str__
            record.exc_text = f"<no stack trace: {type(problem).__name__}>"
    return "\n".join(part for part in (record.exc_text, record.stack_info) if part)


def _with_route(record: logging.LogRecord, request: HttpRequest) -> str:
    if path_to_log(request, record.__dict__.get("status_code")) or type(record.args) is not tuple:
        return record.getMessage()
    route = route_of(request)
    return str(record.msg) % tuple(route if arg == request.path else arg for arg in record.args)

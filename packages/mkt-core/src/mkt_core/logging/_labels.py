"""Fields of a record that it does not have by itself: its request, and what came with ``extra=``."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from django.http import HttpRequest

from mkt_core.request_id import META_KEY, request_id_variable
from mkt_core.request_scope import META_KEY as SCOPE_KEY
from mkt_core.request_scope import RequestScope, scope_variable

from ._texts import readable, shortened, without_half_words
from .redaction import REDACTED, Redactor
from .routes import path_to_log, route_of

#: Most extra fields kept of one record.
MAX_LABELS = 32
#: Most characters kept of one extra field.
MAX_LABEL_CHARS = 512

_CONSTANTS = {None: "null", True: "true", False: "false"}
_REDACTED = quoted(REDACTED)
# From 13 digits on, a number may be that of a card.
_MAX_PLAIN_NUMBER = 10**12
# Longer texts are cut to so many times their limit before they are searched for secrets.
_MAX_SEARCHED_TIMES = 16

#: Extra fields that get ECS names of their own. server_time is the text of Django's development server.
MAPPED = frozenset(
    {
        "ecs",
        "request",
        "request_id",
        "server_time",
        "span_id",
        "status_code",
        "trace_id",
        "user_hash",
    }
)
# What RequestIdFilter leaves on a record, for a formatter in another thread.
_CARRIED = {"trace_id": "trace.id", "span_id": "span.id", "user_hash": "user.hash"}


def request_fields(record: logging.LogRecord, redactor: Redactor) -> dict[str, Any]:
    """``http.*``, ``url.path`` and the ids, from the request that Django put on the record, or from the filter."""
    fields: dict[str, Any] = {}
    scope = scope_variable.get()
    request_id: Any = getattr(record, "request_id", None)
    # Django's development server puts a socket here.
    if isinstance(request := getattr(record, "request", None), HttpRequest):
        fields["http.request.method"] = request.method
        if path := path_to_log(request, getattr(record, "status_code", None)):
            fields["url.path"] = shortened(redactor.text(path), MAX_LABEL_CHARS)
        request_id = request.META.get(META_KEY) or request_id
        scope = request.META.get(SCOPE_KEY) or scope
    request_id = request_id or (scope.request_id if scope else request_id_variable.get())
    if request_id and request_id != "-":
        fields["http.request.id"] = shortened(readable(request_id, str), 128)
    return fields | _who_and_where(record, scope)


def _who_and_where(record: logging.LogRecord, scope: RequestScope | None) -> dict[str, str]:
    if scope is not None:
        found = {"trace.id": scope.trace.trace_id, "span.id": scope.trace.span_id}
        return {**found, "user.hash": scope.user_hash} if scope.user_hash else found
    carried = {ecs: getattr(record, name, "") for name, ecs in _CARRIED.items()}
    return {name: str(value)[:64] for name, value in carried.items() if value and value != "-"}


def labels_part(
    record: logging.LogRecord, names: Sequence[str], limit: int, redactor: Redactor
) -> str:
    """``,"labels":{…}``, or nothing. ECS: no dots in their names, no nested values."""
    limit = min(MAX_LABEL_CHARS, limit)
    values = record.__dict__
    # By key, since two names may become the same one.
    parts = {}
    for name in names[:MAX_LABELS]:
        key, is_secret = redactor.label(str(name))
        parts[key] = key + _label(values[name], limit, redactor, is_secret=is_secret)
    if isinstance(request := values.get("request"), HttpRequest) and (route := route_of(request)):
        parts.setdefault('"route":', f'"route":{quoted(shortened(route, limit))}')
    return f',"labels":{{{",".join(parts.values())}}}' if parts else ""


def _label(value: Any, limit: int, redactor: Redactor, *, is_secret: bool) -> str:
    kind = type(value)
    if value is None or kind is bool:
        return _CONSTANTS[value]
    if is_secret:
        return _REDACTED
    if kind is int and -_MAX_PLAIN_NUMBER < value < _MAX_PLAIN_NUMBER:
        return str(value)
    # NaN and infinity are no JSON.
    if kind is float and math.isfinite(value):
        return repr(value)
    text = value if kind is str else readable(value)
    if len(text) > _MAX_SEARCHED_TIMES * limit:
        text = without_half_words(text, _MAX_SEARCHED_TIMES * limit)
    text = redactor.text(text)
    if kind is int and value.bit_length() < 64 and text == str(value):
        return text
    return quoted(text if len(text) <= limit else shortened(text, limit))

"""What a save changes in a row, field by field, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

#: Names of fields and keys whose values are never written down.
_SECRET = re.compile(r"password|passwd|secret|token|api_?key|private|credential|signature", re.I)
#: Characters of a value that are kept.
MAX_CHARACTERS = 200

_ATTRIBUTE = "_mkt_core_row_before"


def is_secret(name: str) -> bool:
    return bool(_SECRET.search(name))


def remember(instance: models.Model, names: Iterable[str], using: str | None) -> None:
    """Keep the stored values of the fields ``names``, before they are overwritten. One query, none for a new row."""
    before: dict[str, Any] | None = None
    wanted = tuple(names)
    if wanted and not instance._state.adding:
        rows = type(instance)._base_manager.using(using).filter(pk=instance.pk)
        before = rows.values(*wanted).first()
    setattr(instance, _ATTRIBUTE, before)


def recall(instance: models.Model) -> dict[str, Any] | None:
    """What ``remember`` kept, once; None for a row that is new."""
    before: dict[str, Any] | None = instance.__dict__.pop(_ATTRIBUTE, None)
    return before


def changes(instance: models.Model, before: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Field → ``{"old": …, "new": …}`` of those that are not as they were; secrets only as being changed."""
    found = {}
    for name, old in before.items():
        field: Any = instance._meta.get_field(name)
        new = getattr(instance, field.attname)
        if _comparable(field, old) != _comparable(field, new):
            found[name] = {"old": _readable(name, old), "new": _readable(name, new)}
    return found


def _comparable(field: Any, value: Any) -> Any:
    # A form leaves what it was given, such as the text of a number; the database gives what it stores.
    return field.get_prep_value(value) if value is not None else None


def _readable(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return "***" if value is not None and is_secret(name) else value
    if is_secret(name):
        return "***" if value else ""
    text = str(value)
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"

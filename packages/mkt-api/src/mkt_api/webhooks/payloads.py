"""What a request says: which object has changed, not what is in it; the API tells that, to those who may see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model


def body_of(event_type: str, data: Mapping[str, Any], at: datetime) -> str:
    """The text of the request: ``type``, ``timestamp`` and ``data``."""
    document = {"type": event_type, "timestamp": at.isoformat(), "data": data}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, default=str)


def described(kind: str, instance: Model, **more: Any) -> dict[str, Any]:
    """``object``, ``id``, ``model`` and what finds it: ``locale``, ``slug``, addresses. At most one query."""
    data: dict[str, Any] = {"object": kind, "id": _plain(instance.pk), "model": _label(instance)}
    locale = getattr(instance, "locale", None)
    if locale is not None:
        data["locale"] = locale.language_code
    for name in ("slug", "url_path", "old_path", "site_id"):
        if (value := getattr(instance, name, None)) is not None:
            data[name.removesuffix("_id")] = _plain(value)
    if kind == "page":
        data["url"] = instance.get_full_url()  # type: ignore[attr-defined]
    return {**data, **more}


def object_key(kind: str, instance: Model) -> str:
    """What orders events: those of one object arrive one after the other."""
    if kind == "page":
        return f"page:{instance.pk}"
    return f"{kind}:{instance._meta.label_lower}:{instance.pk}"[:255]


def _label(instance: Model) -> str:
    """Of a page that is at hand as a base page: what it really is."""
    specific = getattr(instance, "specific_class", None)
    return (specific or type(instance))._meta.label


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else str(value)

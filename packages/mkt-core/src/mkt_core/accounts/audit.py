"""Entries in Wagtail's own log about rights, settings and tokens; there is no table of ours.

They show up under Reports, Site history, for those who may see the object that an entry is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from wagtail.log_actions import log

from .actors import current_user
from .differences import is_secret

SETTING_CHANGE = "mkt_core.setting_change"
USER_CHANGE = "mkt_core.user_change"
PERMISSION_CHANGE = "mkt_core.permission_change"
TOKEN_CREATE = "mkt_core.token_create"  # noqa: S105
TOKEN_REVOKE = "mkt_core.token_revoke"  # noqa: S105
TOKEN_FIRST_USE = "mkt_core.token_first_use"  # noqa: S105

#: No more names than this are kept of what was added or removed; their number always is.
MAX_NAMES = 50


def record(
    action: str,
    instance: models.Model,
    *,
    user: Any = None,
    data: Mapping[str, Any] | None = None,
    deleted: bool = False,
) -> Any:
    """Write an entry about ``instance``, in the transaction of the caller.

    ``user`` is who did it; without, the one who acts now, or None in a command. Values in ``data``, which must survive
    JSON, are replaced where their key speaks of a secret. At most four queries: the entry, and Wagtail's checks of it.
    Returns the entry.

    Raises:
        django.core.exceptions.ValidationError: nobody registered ``action`` (hook ``register_log_actions``).
        ValueError: ``instance`` was never saved.
    """
    return log(
        instance,
        action,
        user=user or current_user(),
        data=_without_secrets(data or {}),
        deleted=deleted,
    )


def record_change(
    action: str, instance: models.Model, changes: Mapping[str, Mapping[str, Any]], **kwargs: Any
) -> None:
    """Write an entry with ``changes`` (field → ``{"old": …, "new": …}``), unless there are none."""
    if changes:
        record(action, instance, data={"changes": dict(changes)}, **kwargs)


def record_members(
    instance: models.Model,
    kind: str,
    *,
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
    **kwargs: Any,
) -> None:
    """Write an entry that ``instance`` got or lost rights: ``kind`` is one of ``log_actions.KINDS``."""
    data: dict[str, Any] = {"kind": kind}
    for name, values in (("added", sorted(added)), ("removed", sorted(removed))):
        if values:
            data |= {name: values[:MAX_NAMES], f"{name}_count": len(values)}
    if len(data) > 1:
        record(PERMISSION_CHANGE, instance, data=data, **kwargs)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _masked(item) if is_secret(str(key)) else _without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(item) for item in value]
    return value


def _masked(value: Any) -> Any:
    """That there was something, and that it changed, but not what."""
    if isinstance(value, Mapping):
        return {key: _masked(item) for key, item in value.items()}
    return "***" if value not in (None, "") else value

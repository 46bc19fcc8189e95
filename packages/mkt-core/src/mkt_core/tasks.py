"""Slow work, after the commit: a thin layer over ``django.tasks`` and its backport ``django_tasks``."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction

from .compat import task
from .signals import task_enqueue_failed

__all__ = ["enqueue_on_commit", "task"]

logger = logging.getLogger(__name__)


def enqueue_on_commit(task: Any, /, *args: Any, using: str | None = None, **kwargs: Any) -> None:
    """Enqueue ``task`` once the transaction of the database ``using`` commits; at once when there is none.

    The arguments are taken as they are now, not as they will be at commit time. Tuples arrive as lists.

    A queue that does not answer at that moment breaks nothing: the loss is logged and told by the signal
    ``mkt_core.signals.task_enqueue_failed``. What must not be lost belongs in a row written by the same transaction.

    Raises:
        TypeError: ``task`` is not a task, or an argument would not survive JSON.
        django.utils.connection.ConnectionDoesNotExist: there is no database ``using``.
    """
    if not callable(getattr(task, "enqueue", None)):
        raise TypeError(f"{task!r} is not a task. Decorate the function with @mkt_core.tasks.task.")
    frozen_args = [
        _json_copy(value, f"{task.name}: argument {n}") for n, value in enumerate(args, start=1)
    ]
    frozen_kwargs = {
        name: _json_copy(value, f"{task.name}: argument {name!r}") for name, value in kwargs.items()
    }
    transaction.on_commit(partial(_enqueue, task, frozen_args, frozen_kwargs), using=using)


def _enqueue(task: Any, args: list[Any], kwargs: dict[str, Any]) -> None:
    try:
        task.enqueue(*args, **kwargs)
    except Exception as error:
        # The data is committed and the visitor waits: whatever the queue's client raises must end here.
        logger.exception("Could not enqueue %s", task.module_path)
        task_enqueue_failed.send_robust(
            sender=task.func, task=task, args=args, kwargs=kwargs, error=error
        )


def _json_copy(value: Any, where: str) -> Any:
    """``value`` as a worker will receive it."""
    _refuse_what_json_changes(value, where)
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise TypeError(f"{where} does not survive JSON: {error}.") from error


def _refuse_what_json_changes(value: Any, where: str, depth: int = 0) -> None:
    """JSON turns the key 1 into "1" without a word; a worker would then miss it."""
    if depth > 100:
        raise TypeError(f"{where} is nested too deeply, or contains itself.")
    if isinstance(value, Mapping):
        if wrong := [key for key in value if not isinstance(key, str)]:
            raise TypeError(
                f"{where} has the dictionary key {wrong[0]!r}; only text survives JSON as a key."
            )
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for item in value:
        _refuse_what_json_changes(item, where, depth + 1)

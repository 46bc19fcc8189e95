"""What the choosers of StreamFields have chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from .base import Context, Json
from .target import Target, object_fields


def visible_keys(model: type[Any], keys: Iterable[Any], context: Context) -> dict[Any, Any]:
    """The keys of those objects that exist and may be seen; one query."""
    objects = _target(model, context).visible(context).filter(pk__in=_fit(model, keys))
    return {pk: pk for pk in objects.values_list("pk", flat=True)}


def chosen_objects(model: type[Any], keys: Iterable[Any], context: Context) -> dict[Any, Json]:
    """Key to what is shown of an object; one query, and those of its fields."""
    return _target(model, context).load(_fit(model, keys), context)


def _target(model: type[Any], context: Context) -> Target:
    targets = context.targets
    if model not in targets:
        targets[model] = Target(model, object_fields(model, context.registry), context.registry)
    found: Target = targets[model]
    return found


def _fit(model: type[Any], keys: Iterable[Any]) -> list[Any]:
    """Without what can be no key: stored JSON is not checked by any database."""
    found = []
    for key in keys:
        try:
            found.append(model._meta.pk.to_python(key))
        except (TypeError, ValueError, ValidationError):
            continue
    return found

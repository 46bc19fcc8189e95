"""Which relations a property, a method or a serializer reads, so that they can be fetched for all rows at once.

The names of attributes in the compiled code tell: one that is a relation of the model is fetched beforehand.
What is missed costs a query for each row on Django before 6.1, which fetches for all rows by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from django.db.models import Model

from mkt_core.compat import get_page_base

from ..fields.media import is_image

# Properties that read properties that read …
MAX_DEPTH = 4


def relation_names(model: type[Model]) -> dict[str, Any]:
    """What ``prefetch_related`` takes: name of an attribute -> related model."""
    names: dict[str, Any] = {}
    for field in model._meta.get_fields():
        if not field.is_relation or field.related_model is None:
            continue
        name = field.name if not field.auto_created or field.concrete else None
        accessor = getattr(field, "get_accessor_name", None)
        if name is None and accessor is not None:
            name = accessor()
        if name and not _is_parent_link(field):
            names[name] = field.related_model
    return names


def _is_parent_link(field: Any) -> bool:
    remote = getattr(field, "remote_field", None)
    return bool(getattr(remote, "parent_link", False) or getattr(field, "parent_link", False))


def lookups_in(model: type[Model], attributes: Iterable[str]) -> list[str]:
    """Lookups for everything that these attributes of the model read."""
    relations = relation_names(model)
    found: dict[str, None] = {}
    seen: set[str] = set()
    for attribute in attributes:
        _follow(model, attribute, relations, found, seen, MAX_DEPTH)
    return with_renditions(model, list(found))


def lookups_of_code(model: type[Model], functions: Iterable[Any]) -> list[str]:
    """The same for functions that are given an instance of the model."""
    relations = relation_names(model)
    found: dict[str, None] = {}
    seen: set[str] = set()
    for function in functions:
        for name in names_read(function):
            _follow(model, name, relations, found, seen, MAX_DEPTH)
    return with_renditions(model, list(found))


def with_renditions(model: type[Model], lookups: Iterable[str]) -> list[str]:
    """With the renditions of those that lead to images."""
    relations = relation_names(model)
    result = []
    for lookup in lookups:
        result.append(lookup)
        related = relations.get(lookup)
        if related is not None and is_image(related):
            result.append(f"{lookup}__renditions")
    return result


def _follow(
    model: type[Model],
    name: str,
    relations: dict[str, Any],
    found: dict[str, None],
    seen: set[str],
    depth: int,
) -> None:
    if name in relations:
        found[name] = None
        return
    if depth == 0 or name in seen:
        return
    seen.add(name)
    attribute = getattr(model, name, None)
    if attribute is None or attribute is getattr(get_page_base(), name, None):
        return
    for read in names_read(attribute):
        _follow(model, read, relations, found, seen, depth - 1)


def names_read(attribute: Any) -> set[str]:
    """The names of attributes that a function, property or method mentions."""
    function = getattr(attribute, "fget", None) or getattr(attribute, "func", None) or attribute
    function = getattr(function, "__func__", function)
    if not isinstance(function, FunctionType):
        return set()
    return {name for code in _codes(function.__code__) for name in code.co_names}


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)

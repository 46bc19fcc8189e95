"""Find the way from a model to what a relation leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignObjectRel, ManyToManyField, ManyToManyRel, Model
from taggit.managers import TaggableManager
from taggit.models import CommonGenericTaggedItemBase

from .base import FieldError


def step(model: type[Model], name: str) -> Any:
    """The field or relation of ``model`` called ``name`` (also ``pk`` and related names).

    Raises:
        FieldError: there is none.
    """
    if name == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        raise FieldError(f"{model.__name__} has no field “{name}”") from None


def walk(model: type[Model], names: Iterable[str]) -> list[Any]:
    """The fields on a path, each but the last a relation to the next one's model.

    Raises:
        FieldError: the path leads nowhere.
    """
    fields: list[Any] = []
    current: Any = model
    for name in names:
        if current is None:
            raise FieldError(f"“{fields[-1].name}” leads to no other model")
        fields.append(step(current, name))
        current = fields[-1].related_model if fields[-1].is_relation else None
    return fields


def has_column(model: type[Model], name: str) -> bool:
    """Whether the table of the model, or of one that it is derived from, has such a column."""
    return any(field.name == name for field in model._meta.concrete_fields)


def is_to_many(field: Any) -> bool:
    return bool(field.many_to_many or field.one_to_many)


@dataclass(frozen=True, slots=True)
class Link:
    """The table that ties rows to a list of other objects, read in one query for many rows."""

    through: type[Model]
    # Name of the column of ``through`` that holds the row, and the attribute of the row it holds.
    source: str
    key: str
    # Path from ``through`` to the other object, with a trailing "__"; empty if that is it.
    prefix: str
    model: type[Model]
    ordering: tuple[str, ...]
    # For tables shared by many models: restrict to ours.
    content_type_of: type[Model] | None = None

    def pairs(self, keys: Sequence[Any], columns: Iterable[str]) -> Iterable[tuple[Any, ...]]:
        """``(key of the row, *columns of the other object)``, in the order they are shown."""
        conditions: dict[str, Any] = {f"{self.source}__in": keys}
        if self.content_type_of is not None:
            from django.contrib.contenttypes.models import ContentType

            conditions["content_type"] = ContentType.objects.get_for_model(self.content_type_of)
        if self.prefix:
            conditions[f"{self.prefix}pk__isnull"] = False
        queryset = self.through._base_manager.filter(**conditions).order_by(*self.ordering)
        return queryset.values_list(self.source, *(self.prefix + column for column in columns))


def link_of(model: type[Model], path: str) -> Link:
    """The link behind a to-many relation, possibly followed by to-one relations.

    Raises:
        FieldError: ``path`` does not lead to a list.
    """
    first, _, rest = path.partition("__")
    field = step(model, first)
    if isinstance(field, TaggableManager):
        link = _tags(model, field)
    elif isinstance(field, ManyToManyField | ManyToManyRel):
        link = _many_to_many(field)
    elif isinstance(field, ForeignObjectRel) and field.one_to_many:
        link = _children(field)
    else:
        raise FieldError(f"“{path}” does not lead to a list")
    return _follow(link, rest) if rest else link


def _tags(model: type[Model], field: Any) -> Link:
    generic = issubclass(field.through, CommonGenericTaggedItemBase)
    source = "object_id" if generic else "content_object"
    key = model._meta.pk.attname if generic else _key(field.through, source)
    return Link(
        through=field.through,
        source=source,
        key=key,
        prefix="tag__",
        model=field.related_model,
        ordering=("pk",),
        content_type_of=model if generic else None,
    )


def _many_to_many(field: Any) -> Link:
    forward = field if isinstance(field, ManyToManyField) else field.field
    source, target = forward.m2m_field_name(), forward.m2m_reverse_field_name()
    if forward is not field:
        source, target = target, source
    through: Any = forward.remote_field.through
    return Link(
        through=through,
        source=source,
        key=_key(through, source),
        prefix=f"{target}__",
        model=field.related_model,
        ordering=(*_ordering(field.related_model, f"{target}__"), "pk"),
    )


def _children(field: Any) -> Link:
    source = field.field.name
    return Link(
        through=field.related_model,
        source=source,
        key=_key(field.related_model, source),
        prefix="",
        model=field.related_model,
        ordering=(*_ordering(field.related_model, ""), "pk"),
    )


def _follow(link: Link, path: str) -> Link:
    model = link.model
    for name in path.split("__"):
        field = step(model, name)
        if not field.is_relation or is_to_many(field) or field.related_model is None:
            raise FieldError(f"“{name}” does not lead to one object")
        model = field.related_model
    return Link(
        through=link.through,
        source=link.source,
        key=link.key,
        prefix=f"{link.prefix}{path}__",
        model=model,
        ordering=link.ordering,
        content_type_of=link.content_type_of,
    )


def _key(through: type[Model], source: str) -> str:
    target: Any = through._meta.get_field(source)
    return str(target.target_field.attname)


def _ordering(model: type[Model], prefix: str) -> tuple[str, ...]:
    """The model's own order, as seen from elsewhere; none if it is made of expressions."""
    names = [name for name in model._meta.ordering or () if isinstance(name, str)]
    if len(names) != len(model._meta.ordering or ()):
        return ()
    return tuple(
        f"-{prefix}{name[1:]}" if str(name).startswith("-") else f"{prefix}{name}" for name in names
    )

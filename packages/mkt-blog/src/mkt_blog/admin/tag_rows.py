"""The rows that join tags to posts and to everything else, when several tags become one."""

from typing import Any

from django.apps import apps
from taggit.models import GenericTaggedItemBase, ItemBase

from .relations import Relation, relations


def tables_of(tag_model: Any) -> list[Any]:
    """Every table that joins tags of a class to something."""
    models: list[Any] = apps.get_models()
    return [
        model
        for model in models
        if issubclass(model, ItemBase) and not model._meta.proxy and model.tag_model() is tag_model
    ]


def table_of(relation: Relation) -> Any:
    """The table of a class of posts."""
    return relation.post_model._meta.get_field("tags").remote_field.through


def tables_of_others(tag_model: Any) -> list[Any]:
    """The tables of pictures, of other pages, of whatever is no post."""
    posts = {table_of(relation) for relation in relations(tag_model)}
    return [table for table in tables_of(tag_model) if table not in posts]


def move_tags(table: Any, old: list[int], new: int) -> set[tuple[Any, ...]]:
    """Let rows of the old tags point to the new one; what had it already loses the old row.

    Returns what the rows belong to: ``(key,)``, or ``(content type, key)`` of a table for everything.
    """
    is_generic = issubclass(table, GenericTaggedItemBase)
    names = ["content_type_id", "object_id"] if is_generic else ["content_object_id"]
    rows = table._default_manager.filter(tag__in=[*old, new]).order_by("pk")
    have_it = set(rows.filter(tag=new).values_list(*names))
    moved: list[int] = []
    superfluous: list[int] = []
    owners: set[tuple[Any, ...]] = set()
    for key, *owner in rows.exclude(tag=new).values_list("pk", *names):
        (superfluous if tuple(owner) in have_it else moved).append(key)
        have_it.add(tuple(owner))
        owners.add(tuple(owner))
    table._default_manager.filter(pk__in=superfluous).delete()
    table._default_manager.filter(pk__in=moved).update(tag=new)
    return owners

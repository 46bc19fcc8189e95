"""Categories and tags of the posts of a feed, out of the one query that reads the posts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Aggregate, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, JSONArray

from ..post_terms import fill

# What a feed and the address of a term need of it, beside its key.
_OF_CATEGORY = frozenset({"name", "slug", "path", "locale_id"})
_OF_TAG = frozenset({"name", "slug"})


class _Rows(Aggregate):
    """The rows of a group as the text of a JSON array, in whatever order the database has them."""

    function = "JSON_GROUP_ARRAY"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "JSONB_AGG(%(expressions)s)::text"
        return self.as_sql(compiler, connection, template=template, **context)


def with_terms(posts: QuerySet[Any]) -> QuerySet[Any]:
    """``posts`` with the columns that ``fill_terms`` reads. Needs no query of its own."""
    field: Any = posts.model._meta.get_field("categories")
    category, term = field.related_model, field.m2m_reverse_field_name()
    columns = [f"{term}__{name}" for name in (*_order(category), *_columns(category, _OF_CATEGORY))]
    tags = posts.model.tags.through
    of_tag = [f"tag__{name}" for name in _columns(_model(posts.model, "tags"), _OF_TAG)]
    return posts.annotate(
        feed_categories=_rows(field.remote_field.through, field.m2m_field_name(), columns),
        feed_tags=_rows(tags, "content_object", ["pk", *of_tag]),
    )


def fill_terms(posts: Sequence[Any]) -> None:
    """Give each post that ``with_terms`` has loaded its categories and tags, in their usual order. No query; what else
    somebody wants of a term is read when it is asked for.
    """
    for post in posts:
        for name, order, wanted in (
            ("categories", _order(_model(type(post), "categories")), _OF_CATEGORY),
            ("tags", ("pk",), _OF_TAG),
        ):
            model, first = _model(type(post), name), len(order)
            names = _columns(model, wanted)
            rows = sorted(json.loads(getattr(post, f"feed_{name}")))
            fill(post, name, [model.from_db(post._state.db, names, row[first:]) for row in rows])


def _model(post_model: Any, relation: str) -> Any:
    return post_model._meta.get_field(relation).related_model


def _columns(model: Any, wanted: frozenset[str]) -> list[str]:
    """The key and the ``wanted`` columns in the order of the model's own fields, in which ``from_db`` takes them."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if field.primary_key or field.attname in wanted]


def _order(model: Any) -> tuple[str, ...]:
    """The fields that rows of a term are sorted by, before their keys; none where that is more than names."""
    ordering = [name for name in model._meta.ordering if name != "pk"]
    fields = {field.name for field in model._meta.concrete_fields if not field.null}
    return tuple(ordering) if fields.issuperset(ordering) else ()


def _rows(link: Any, post_field: str, columns: Sequence[str]) -> Any:
    links = link._default_manager.filter(**{post_field: OuterRef("pk")}).order_by()
    gathered = links.values(post_field).annotate(found=_Rows(JSONArray(*columns))).values("found")
    return Coalesce(Subquery(gathered), Value("[]"), output_field=TextField())

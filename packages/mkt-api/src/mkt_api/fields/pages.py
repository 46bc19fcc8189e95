"""Fields that every page has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from mkt_core.compat import get_page_model

from ..facts import facts_of
from ..types import JsonSchema
from .base import Context, Field, Json, Row
from .columns import Column, DetailUrl, PageUrl, nullable
from .target import Target, select

if TYPE_CHECKING:
    from ..registry import Registry

PAGES = "pages"


def type_name(model: type[Model]) -> str:
    """``"blog.PostPage"``, as Wagtail's own API calls it."""
    return f"{model._meta.app_label}.{model.__name__}"


def paths_above(path: str) -> list[str]:
    """The tree paths of all pages above one, from the top."""
    step = int(get_page_model().steplen)
    return [path[:end] for end in range(step, len(path), step)]


class PageType(Field):
    """The type of a page: ``"blog.PostPage"``."""

    schema: JsonSchema = {"type": "string"}
    columns = ("content_type_id",)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        names: dict[Any, str] = {}
        for row in rows:
            if row.content_type_id not in names:
                content_type = ContentType.objects.get_for_id(row.content_type_id)
                model = content_type.model_class()
                names[row.content_type_id] = (
                    type_name(model) if model else f"{content_type.app_label}.{content_type.model}"
                )
        return [names[row.content_type_id] for row in rows]


class Language(Field):
    """The language code of a page or of anything else that belongs to a locale."""

    schema: JsonSchema = {"type": ["string", "null"]}
    columns = ("locale_id",)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        languages = facts_of(context.request).languages
        return [languages.get(row.locale_id) for row in rows]


def link_fields(registry: Registry) -> list[Field]:
    """What is shown of a page that another object leads to."""
    fields: list[Field] = [
        Column("id", "pk"),
        PageType("type"),
        Column("title"),
        Column("slug"),
        PageUrl("url"),
    ]
    if PAGES in registry.resources:
        fields.append(DetailUrl("detail_url", PAGES))
    return fields


class _OtherPages(Field):
    """Fields that show pages found by a column of the row."""

    target: Target

    def prepare(self, model: type[Model], registry: Registry) -> None:
        self.target = Target(get_page_model(), self.shown(registry), registry)
        self.schema = self.make_schema(self.target.schema)

    def shown(self, registry: Registry) -> list[Field]:
        return link_fields(registry)

    def make_schema(self, item: JsonSchema) -> JsonSchema:
        raise NotImplementedError

    def find(self, context: Context, **condition: Any) -> list[tuple[Any, dict[str, Json]]]:
        """Visible pages as (row, what is shown of it); one query."""
        pages = self.target.visible(context).filter(**condition).order_by("path")
        extra = ("path", "translation_key")
        rows = list(select(pages, self.target.fields, extra))
        return list(zip(rows, self.target.serialise(rows, context), strict=True))


class Parent(_OtherPages):
    """The page above, null if it may not be seen; one query."""

    columns = ("path",)

    def make_schema(self, item: JsonSchema) -> JsonSchema:
        return nullable(item)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        step = int(get_page_model().steplen)
        paths = [row.path[:-step] for row in rows]
        found = self.find(context, path__in=sorted({path for path in paths if path}))
        by_path = {row.path: shown for row, shown in found}
        return [by_path.get(path) for path in paths]


class Ancestors(_OtherPages):
    """The way down from the site's root page, without the page itself; one query."""

    columns = ("path",)

    def make_schema(self, item: JsonSchema) -> JsonSchema:
        return {"type": "array", "items": item}

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        ways = [paths_above(row.path) for row in rows]
        found = self.find(context, path__in=sorted({path for way in ways for path in way}))
        by_path = {row.path: shown for row, shown in found}
        return [[by_path[path] for path in way if path in by_path] for way in ways]


class Alternates(_OtherPages):
    """The same page in other languages; one query, none on a site in one language."""

    columns = ("translation_key",)

    def shown(self, registry: Registry) -> list[Field]:
        return [Language("locale"), *link_fields(registry)]

    def make_schema(self, item: JsonSchema) -> JsonSchema:
        return {"type": "array", "items": item}

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            return [[] for _ in rows]
        keys = sorted({row.translation_key for row in rows})
        by_key: dict[Any, list[dict[str, Json]]] = defaultdict(list)
        for row, shown in self.find(context, translation_key__in=keys):
            by_key[row.translation_key].append(shown)
        return [[a for a in by_key[row.translation_key] if a["id"] != row.pk] for row in rows]

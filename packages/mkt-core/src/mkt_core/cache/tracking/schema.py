"""What the models know about tables: keys, columns, and which columns are worth being told apart by value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signals import setting_changed
from django.db import models
from treebeard.mp_tree import MP_Node

from ...compat import get_page_base
from ...conf import core_settings
from ..store.location import wrapped_path

#: Read and written without a trace: bookkeeping that no page shows, or that never changes.
IGNORED_TABLES = frozenset(
    {
        "django_session",
        "django_admin_log",
        "django_migrations",
        "django_content_type",
        "wagtailcore_pagelogentry",
        "wagtailcore_modellogentry",
        "wagtailcore_referenceindex",
        "wagtailcore_pagesubscription",
        "wagtailadmin_editingsession",
        "django_tasks_database_dbtaskresult",
        "django_tasks_db_dbtaskresult",
    }
)
DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"
#: Tables kept by triggers of another one.
SHADOW_TABLES = {"wagtailsearch_indexentry_fts": "wagtailsearch_indexentry"}
# Columns of drafts, locks and log-ins: a row that changes in nothing else looks the same.
_DRAFT_COLUMNS = frozenset(
    {
        "latest_revision_id",
        "latest_revision_created_at",
        "has_unpublished_changes",
        "draft_title",
        "locked",
        "locked_at",
        "locked_by_id",
    }
)
_INTEGERS = (models.IntegerField, models.AutoField, models.BooleanField)
#: Scope of a tree's rows by the beginning of their path.
PATH_PREFIX = "path^"


@lru_cache(maxsize=1)
def ignored_tables() -> frozenset[str]:
    """``IGNORED_TABLES``, those in the settings, and those of caches in the database: the store may be one, and must
    not bump itself.
    """
    caches = settings.CACHES.values()
    own = (
        str(params.get("LOCATION", ""))
        for params in caches
        if wrapped_path(params) == DATABASE_CACHE
    )
    # Wrong settings are told by a system check; they must not keep anybody from writing.
    given = () if core_settings.problems() else core_settings.current.CACHE_IGNORED_TABLES
    return IGNORED_TABLES.union(own, given)


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("CACHES", "MKT_CORE"):
        ignored_tables.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.cache.tracking.schema")


@dataclass(frozen=True, slots=True)
class Parent:
    """The row of a parent model (multi-table inheritance)."""

    link: str
    table: str
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One model's table."""

    name: str
    model: type[models.Model]
    key: str
    columns: frozenset[str]
    #: Columns by whose values readers may be told apart: column → (kind, rank; the lower the better).
    scopes: dict[str, tuple[str, int]]
    #: Values that most rows have, which tell nothing apart.
    usual: dict[str, int]
    #: Foreign keys that the database enforces: column → (table, column).
    references: dict[str, tuple[str, str]]
    parents: tuple[Parent, ...]
    invisible: frozenset[str]
    #: Beginning of the tag of one row: ``page:``, ``image:``, ``document:`` or ``row:<table>:``.
    row_prefix: str
    #: Length of one step of a materialised path; 0 when the table is no tree.
    step: int
    rendition_of: str | None
    #: Rows of other tables go when one goes here, without a statement of their own.
    cascades: tuple[str, ...]


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """Every model's table by name; proxies and swapped models left out."""
    found: dict[str, Table] = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy and (model._meta.managed or model._meta.db_table not in found):
            found[model._meta.db_table] = _table(model)
    return found


def table_of(name: str) -> Table | None:
    """Facts about a table, None if it belongs to no model."""
    return tables().get(name)


def canonical(value: Any, kind: str) -> str | None:
    """``value`` as text that is the same for whoever reads and whoever writes it; None if it may not be."""
    if kind == "integer":
        return str(int(value)) if isinstance(value, int) else None
    if kind == "uuid":
        if isinstance(value, UUID):
            return value.hex
        return value.replace("-", "").lower() if isinstance(value, str) else None
    return value if isinstance(value, str) else None


def path_prefixes(path: str, step: int) -> list[str]:
    """The path of a tree's row and those of its ancestors."""
    return [path[:end] for end in range(step, len(path) + 1, step)]


@lru_cache(maxsize=1)
def _bases() -> dict[str, Any]:
    """What Wagtail's models are known by; its apps for images and documents may not be installed."""
    bases: dict[str, Any] = {"page": get_page_base(), "image": (), "document": (), "rendition": ()}
    if apps.is_installed("wagtail.images"):
        from wagtail.images.models import AbstractImage, AbstractRendition

        bases |= {"image": AbstractImage, "rendition": AbstractRendition}
    if apps.is_installed("wagtail.documents"):
        from wagtail.documents.models import AbstractDocument

        bases["document"] = AbstractDocument
    return bases


def _table(model: type[models.Model]) -> Table:
    meta = model._meta
    fields = meta.local_concrete_fields
    assert meta.pk is not None
    scopes, usual = {}, {}
    for field in fields:
        if (scope := _scope(field, model)) is not None:
            scopes[str(field.column)] = scope
            if isinstance(field, models.BooleanField) and isinstance(field.default, bool):
                usual[str(field.column)] = int(field.default)
    return Table(
        name=meta.db_table,
        model=model,
        key=str(meta.pk.column),
        columns=frozenset(str(field.column) for field in fields),
        scopes=scopes,
        usual=usual,
        references=_references(fields),
        parents=_parents(model),
        invisible=_invisible(model),
        row_prefix=_row_prefix(model),
        step=_step(model),
        rendition_of="image_id" if issubclass(model, _bases()["rendition"]) else None,
        cascades=tuple(
            related.related_model._meta.db_table
            for related in meta.related_objects
            if hasattr(getattr(related, "on_delete", None), "on_delete_sql")
        ),
    )


def _step(model: type[models.Model]) -> int:
    """Length of one step of the path that this very table holds."""
    holds_path = any(field.column == "path" for field in model._meta.local_concrete_fields)
    return int(getattr(model, "steplen", 0)) if holds_path and issubclass(model, MP_Node) else 0


def key_kind(table: Table) -> str | None:
    """How the values of the primary key compare."""
    assert table.model._meta.pk is not None
    return _kind(table.model._meta.pk)


def _kind(field: Any) -> str | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, _INTEGERS):
        return "integer"
    if isinstance(field, models.UUIDField):
        return "uuid"
    return "text" if type(field) in (models.CharField, models.SlugField) else None


def _scope(field: Any, model: type[models.Model]) -> tuple[str, int] | None:
    kind = _kind(field)
    if kind is None or field.primary_key or getattr(field, "db_collation", None):
        return None
    if field.unique:
        return kind, 0
    if isinstance(field, models.ForeignKey):
        return kind, 4
    if isinstance(field, models.BooleanField):
        return kind, 2
    if field.db_index or isinstance(field, models.UUIDField):
        return kind, 1
    return None


def _references(fields: Any) -> dict[str, tuple[str, str]]:
    return {
        str(field.column): (field.target_field.model._meta.db_table, str(field.target_field.column))
        for field in fields
        if isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", False)
    }


def _parents(model: type[models.Model]) -> tuple[Parent, ...]:
    return tuple(
        Parent(str(link.column), parent._meta.db_table, str(parent._meta.pk.column))
        for parent, link in model._meta.parents.items()
        if link is not None and link.model is model
    )


def _root(model: type[models.Model]) -> type[models.Model]:
    """The model whose key this model's key is, up the chain of parent links."""
    while (remote := getattr(model._meta.pk, "remote_field", None)) and remote.parent_link:
        model = remote.model
    return model


def _row_prefix(model: type[models.Model]) -> str:
    root = _root(model)
    for kind in ("page", "image", "document"):
        if issubclass(root, _bases()[kind]):
            return f"{kind}:"
    return f"row:{root._meta.db_table}:"


def _invisible(model: type[models.Model]) -> frozenset[str]:
    columns = {str(field.column) for field in model._meta.local_concrete_fields}
    if issubclass(model, AbstractBaseUser):
        return frozenset({"last_login"})
    return _DRAFT_COLUMNS & columns if "latest_revision_id" in columns else frozenset()

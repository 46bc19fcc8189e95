"""What the first migration of an app that has taken over the ready page types does."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations, router
from django.db.migrations.operations.base import Operation

READY_LABEL = "mkt_blog_pages"


class TakeOverModel(migrations.CreateModel):
    """A model whose table is there already. On a new database, as that of a test, the table is created.

    Backwards nothing is dropped: the table goes back to where it came from, with all that is in it.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        if model._meta.db_table not in schema_editor.connection.introspection.table_names():
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        pass

    def describe(self) -> str:
        return f"Take over model {self.name}"


class TakeOverTypes(Operation):
    """Give the content types of the ready page types, with all that points to them, to this app.

    Pages, revisions, log entries, references, workflows, entries of the search index and permissions point to a content
    type by its key, which stays. Reversible. Three queries for each model.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, models: Sequence[str]) -> None:
        self.models = list(models)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"models": self.models}

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._rename(schema_editor, from_state.apps, READY_LABEL, app_label)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._rename(schema_editor, from_state.apps, app_label, READY_LABEL)

    def describe(self) -> str:
        return f"Take over the content types of {', '.join(self.models)}"

    def _rename(self, schema_editor: Any, apps: Any, old: str, new: str) -> None:
        from django.contrib.contenttypes.models import ContentType as CurrentType

        types = apps.get_model("contenttypes", "ContentType")
        using = schema_editor.connection.alias
        if not router.allow_migrate_model(using, types):
            return
        rows = types.objects.using(using)
        for model in self.models:
            found = rows.filter(app_label=old, model=model.lower()).first()
            if found is not None:
                _make_room(apps, rows.filter(app_label=new, model=model.lower()).first(), using)
                rows.filter(pk=found.pk).update(app_label=new)
        CurrentType.objects.clear_cache()


def _make_room(apps: Any, unused: Any, using: str) -> None:
    """Remove a content type that a server has made by looking at the new class before its migration ran.

    Raises:
        RuntimeError: pages are of this type already.
    """
    if unused is None:
        return
    pages = apps.get_model("wagtailcore", "Page").objects.using(using)
    if pages.filter(content_type=unused.pk).exists():
        raise RuntimeError(
            f"There are pages of the type {unused.app_label}.{unused.model} beside those of the ready page types."
        )
    unused.delete()

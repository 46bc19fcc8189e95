"""When the ready page types cannot be taken over."""

import keyword
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from .operations import READY_LABEL


class EjectError(Exception):
    """Why nothing was written, in a sentence."""


def require(label: str, folder: Path) -> None:
    """Raise EjectError unless an app with this label can take over the ready page types from this database."""
    if not apps.is_installed("mkt_blog.pages"):
        raise EjectError(_("mkt_blog.pages is not installed: there is nothing to take over."))
    if not label.isidentifier() or keyword.iskeyword(label) or label != label.lower():
        raise EjectError(
            _("“%(label)s” cannot be the name of an app: write small letters, digits and _.")
            % {"label": label}
        )
    if label in {config.label for config in apps.get_app_configs()} or find_spec(label):
        raise EjectError(_("There is already an app or a module called “%s”.") % label)
    if folder.exists():
        raise EjectError(_("%s already exists.") % folder)
    _require_migrations()
    if users := [*_models_that_point_here(), *_migrations_that_build_on_it()]:
        raise EjectError(
            _("Other apps use the ready page types by name and would break: %s.") % ", ".join(users)
        )


def _require_migrations() -> None:
    executor = MigrationExecutor(connection)
    targets = [
        node for node in executor.loader.graph.leaf_nodes() if node[0] in {"mkt_blog", READY_LABEL}
    ]
    if waiting := executor.migration_plan(targets):
        names = ", ".join(str(migration) for migration, _backwards in waiting)
        raise EjectError(
            _("Run “manage.py migrate” first; these migrations are not applied: %s.") % names
        )


def _models_that_point_here() -> list[str]:
    ready = set(apps.get_app_config(READY_LABEL).get_models(include_auto_created=True))
    others = [model for model in apps.get_models() if model not in ready]
    fields = [field for model in others for field in model._meta.get_fields()]
    pointing = [
        f"{field.model._meta.label}.{field.name}"
        for field in fields
        if field.concrete and field.is_relation and field.related_model in ready
    ]
    inheriting = [model._meta.label for model in others if set(model._meta.parents) & ready]
    return [*pointing, *inheriting]


def _migrations_that_build_on_it() -> list[str]:
    loader = MigrationExecutor(connection).loader
    return [
        ".".join(key)
        for key, migration in loader.disk_migrations.items()
        if key[0] != READY_LABEL
        and any(app_label == READY_LABEL for app_label, _name in migration.dependencies)
    ]

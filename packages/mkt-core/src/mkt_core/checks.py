"""System checks of mkt-core, and the ones that every MKT package registers for itself.

Checks return messages and never raise, so that one broken setting does not hide what else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError, connections, models, router
from django.db.migrations.recorder import MigrationRecorder

from .conf import AppSettings

_SETTING_IDS = {"unreadable": "E001", "type": "E002"}


def settings_errors(app_settings: AppSettings[Any], label: str) -> list[CheckMessage]:
    """``<label>.E001``: the setting cannot be read. ``<label>.E002``: a value has the wrong type.

    Look at the values themselves only when this is empty: ``app_settings.current`` raises otherwise.
    """
    return [
        Error(problem.message, hint=problem.hint, id=f"{label}.{_SETTING_IDS[problem.kind]}")
        for problem in app_settings.find_problems()
    ]


def missing_tables(label: str, databases: Sequence[str] | None) -> list[CheckMessage]:
    """``<label>.W003``: the app is installed, but tables of it are missing.

    To be registered with ``Tags.database``. A warning, because ``migrate`` itself runs the database checks first and an
    error would forbid the very command that helps. Silent on an empty database, where every app lacks its tables.
    """
    messages = []
    for alias in databases or ():
        try:
            missing = list(_missing_table_names(label, alias))
        except DatabaseError as error:
            messages.append(_cannot_look(label, alias, error))
        else:
            messages += [_tables_are_missing(label, alias, missing)] if missing else []
    return messages


def _missing_table_names(label: str, alias: str) -> Iterator[str]:
    existing = connections[alias].introspection.table_names()
    if MigrationRecorder.Migration._meta.db_table not in existing:
        return
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        if _has_table(model, alias) and model._meta.db_table not in existing:
            yield model._meta.db_table


def _has_table(model: type[models.Model], alias: str) -> bool:
    return model._meta.can_migrate(alias) and router.allow_migrate_model(alias, model)


def _tables_are_missing(label: str, alias: str, missing: list[str]) -> CheckMessage:
    return Warning(
        f"{label} is installed, but the database {alias!r} lacks its tables: {', '.join(sorted(missing))}.",
        hint=f"Run 'manage.py migrate {label}' (while it runs, this message is expected).",
        id=f"{label}.W003",
    )


def _cannot_look(label: str, alias: str, error: DatabaseError) -> CheckMessage:
    return Warning(
        f"Cannot see whether the database {alias!r} has the tables of {label}: {error}".strip(),
        hint="See that the database answers, then run the checks again.",
        id=f"{label}.W003",
    )

"""System checks of mkt-core, and the ones that every MKT package registers for itself.

Checks return messages and never raise, so that one broken setting does not hide what else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, connections, models, router
from django.db.migrations.recorder import MigrationRecorder
from django.urls import NoReverseMatch, reverse

from .conf import AppSettings, CoreSettings, core_settings
from .networks import parse_network

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
    return CheckWarning(
        f"{label} is installed, but the database {alias!r} lacks its tables: {', '.join(sorted(missing))}.",
        hint=f"Run 'manage.py migrate {label}' (while it runs, this message is expected).",
        id=f"{label}.W003",
    )


def _cannot_look(label: str, alias: str, error: DatabaseError) -> CheckMessage:
    return CheckWarning(
        f"Cannot see whether the database {alias!r} has the tables of {label}: {error}".strip(),
        hint="See that the database answers, then run the checks again.",
        id=f"{label}.W003",
    )


def impossible_numbers(
    conf: Any, positive: Iterable[str], not_negative: Iterable[str], *, check_id: str
) -> Iterator[CheckMessage]:
    """``check_id``: a value of ``MKT_CORE`` in ``positive`` is not above zero, or one in ``not_negative`` is below."""
    wrong = [name for name in positive if not getattr(conf, name) > 0]
    wrong += [name for name in not_negative if not getattr(conf, name) >= 0]
    if wrong:
        yield Error(
            f"MKT_CORE has a number that is too small: {', '.join(wrong)}.",
            hint="Remove the keys to use their defaults.",
            id=check_id,
        )


def malformed_networks(
    name: str, values: Iterable[str], *, check_id: str
) -> Iterator[CheckMessage]:
    """``check_id``: the list that messages call ``name`` has an entry that is no address and no network."""
    for value in values:
        try:
            parse_network(value)
        except ValueError as error:
            yield Error(
                f"{name} has an entry that is no address or network: {error}.",
                hint="Write addresses and networks like '127.0.0.1', '10.0.0.0/8' or '::1'.",
                id=check_id,
            )


def unknown_databases(
    name: str, aliases: Iterable[str], *, check_id: str
) -> Iterator[CheckMessage]:
    """``check_id``: the setting that messages call ``name`` has an alias that is not in ``DATABASES``."""
    for alias in aliases:
        if alias not in connections:
            yield Error(
                f"{name} names {alias!r}, which is not in DATABASES.",
                hint=f"Known aliases: {', '.join(connections)}.",
                id=check_id,
            )


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check ``MKT_CORE``: ``mkt_core.E001``, ``E002``, ``E004``, ``E005``, ``E006``."""
    if errors := settings_errors(core_settings, "mkt_core"):
        return errors
    conf = core_settings.current
    return [
        *malformed_networks(
            "MKT_CORE['HEALTH_NETWORKS']", conf.HEALTH_NETWORKS, check_id="mkt_core.E004"
        ),
        *unknown_databases(
            "MKT_CORE['HEALTH_DATABASES']", conf.HEALTH_DATABASES, check_id="mkt_core.E005"
        ),
        *_useless_timeout(conf),
    ]


def check_middleware(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W007``: the health middleware is there, but the URLs that it should answer are not."""
    if "mkt_core.health.middleware.HealthMiddleware" not in settings.MIDDLEWARE:
        return []
    try:
        reverse("mkt_core:health_live")
    except NoReverseMatch:
        return [
            CheckWarning(
                "HealthMiddleware answers nothing, because the URLconf does not include mkt_core.urls.",
                hint='Add path("", include("mkt_core.urls")) to the URLconf, in front of Wagtail\'s URLs.',
                id="mkt_core.W007",
            )
        ]
    except Exception:  # noqa: BLE001
        # A URLconf that cannot be imported is reported by Django's own checks.
        return []
    return []


def _useless_timeout(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not conf.HEALTH_TIMEOUT_SECONDS > 0:
        yield Error(
            f"MKT_CORE['HEALTH_TIMEOUT_SECONDS'] is {conf.HEALTH_TIMEOUT_SECONDS}; no check could pass.",
            hint="Give a number of seconds above zero, below the timeout of the probe.",
            id="mkt_core.E006",
        )

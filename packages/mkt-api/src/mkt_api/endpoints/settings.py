"""``GET /settings/``: site settings, as far as ``MKT_API["SETTINGS"]`` names their fields."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response

from ..conf import api_settings
from ..facts import facts_of
from ..fields import Context, Field, FieldError
from ..fields.paths import has_column, is_to_many
from ..fields.resolve import resolve_expansion, resolve_field
from ..fields.target import select
from ..plan import SENSITIVE
from ..query.parameters import Parameters
from ..registry import Registry
from ..views import ApiView


class SettingsView(ApiView):
    """``{"app_label.model": {field: value}}``, null for settings that nobody has saved; one query for each."""

    def get(self, request: Request) -> Response:
        Parameters(request.query_params, ()).finish()
        context = self.context()
        return Response(
            {
                model._meta.label_lower: _shown(model, fields, context)
                for model, fields in public_settings(self.registry)[0]
            }
        )


def public_settings(registry: Registry) -> tuple[list[tuple[Any, list[Field]]], list[str]]:
    """The models with the fields that are shown of them, and what is wrong with the setting."""
    found: list[tuple[Any, list[Field]]] = []
    problems: list[str] = []
    for label, names in api_settings.current.SETTINGS.items():
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):
            problems.append(f"there is no model “{label}”")
            continue
        fields = []
        for name in names:
            try:
                fields.append(_field(model, name, registry))
            except (FieldError, FieldDoesNotExist) as error:
                problems.append(f"{label}: “{name}” cannot be shown: {error}")
        found.append((model, fields))
    return found, problems


def _field(model: type[Model], name: str, registry: Registry) -> Field:
    if SENSITIVE.search(name.lower()):
        raise FieldError("it looks like a secret")
    field = next((field for field in model._meta.get_fields() if field.name == name), None)
    if field is not None and field.is_relation and not is_to_many(field):
        return resolve_expansion(model, name).bind(model, registry)
    return resolve_field(model, name, "").bind(model, registry)


def _shown(model: Any, fields: list[Field], context: Context) -> dict[str, Any] | None:
    rows = model._default_manager.all()
    if has_column(model, "site"):
        rows = rows.filter(site=facts_of(context.request).site_key)
    row = select(rows, fields).order_by("pk").first()
    if row is None:
        return None
    return {field.name: field.values([row], context)[0] for field in fields}

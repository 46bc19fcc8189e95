"""What the Wagtail admin changes without a signal: rights in the form of a group, and many accounts at once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import Media
from wagtail.log_actions import log

from . import audit
from .members import GROUP_PERMISSIONS, describe, group_permission_models


class GroupPermissionsAudit:
    """A part of the form of a group that shows nothing, and is saved after the parts that Wagtail shows.

    Wagtail adds rights on pages, collections and sites by ``bulk_create``, which sends no signal. What is there before
    and after is compared instead: two queries for each of the three kinds, and one for each entry. What is removed has
    sent its signals by then.
    """

    media = Media()

    def __init__(self, instance: Group | None = None, data: Any = None, files: Any = None) -> None:
        self.instance = instance
        self.before = {model: self._keys(model) for model in group_permission_models()}

    def is_valid(self) -> bool:
        return True

    def as_admin_panel(self) -> str:
        return ""

    def save(self) -> None:
        for model, before in self.before.items():
            kind, field = GROUP_PERMISSIONS[model.__name__]
            rows = model._base_manager.filter(group=self.instance).exclude(pk__in=before)
            related = rows.select_related(field, "permission__content_type")
            audit.record_members(self.instance, kind, added=[describe(row) for row in related])  # type: ignore[arg-type]

    def _keys(self, model: type[Model]) -> list[Any]:
        if self.instance is None or self.instance.pk is None:
            return []
        rows = model._base_manager.filter(group=self.instance)
        return list(rows.values_list("pk", flat=True))


def after_bulk_action(request: Any, action_type: str, objects: Any, action: Any) -> None:
    """For Wagtail's hook of that name: accounts that were switched off or on, or deleted. One entry each."""
    if not issubclass(getattr(action, "model", None) or object, get_user_model()):
        return
    if action_type == "set_active_state":
        active = action.cleaned_form.cleaned_data["mark_as_active"]
        for user in objects:
            # The rows were changed behind the objects, which still show what was.
            if user.pk != request.user.pk and user.is_active != active:
                change = {"is_active": {"old": user.is_active, "new": active}}
                audit.record_change(audit.USER_CHANGE, user, change, user=request.user)
    elif action_type == "delete":
        for user in objects:
            log(user, "wagtail.delete", user=request.user, deleted=True)

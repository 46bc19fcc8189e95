"""Who got or lost which rights: groups of users, permissions of groups, on pages, collections and sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import models

from . import audit

#: Models that give a group a permission on one object: name → (kind, field with the object).
GROUP_PERMISSIONS = {
    "GroupPagePermission": ("page_permissions", "page"),
    "GroupCollectionPermission": ("collection_permissions", "collection"),
    "GroupSitePermission": ("site_permissions", "site"),
}
_CLEARED = "_mkt_core_cleared"


def group_permission_models() -> Iterator[type[models.Model]]:
    for name in GROUP_PERMISSIONS:
        yield apps.get_model("wagtailcore", name)


def record_relation(kind: str, *, reverse_kind: str = "") -> Callable[..., None]:
    """A receiver of ``m2m_changed`` that logs what was added to, or removed from, an account or a group.

    From the other side (``group.user_set.add(…)``) it is the group that has got ``reverse_kind``; without one it is
    not logged, since nobody gives a permission its groups.
    """

    def receiver(
        action: str, instance: models.Model, reverse: bool, pk_set: Any, model: Any, **kwargs: Any
    ) -> None:
        what = reverse_kind if reverse else kind
        if not what:
            return
        if action == "pre_clear":
            setattr(instance, _CLEARED, _names_of_all(instance, kwargs["sender"], model, reverse))
        elif action == "post_clear":
            audit.record_members(instance, what, removed=instance.__dict__.pop(_CLEARED, ()))
        elif pk_set and action == "post_add":
            audit.record_members(instance, what, added=names(model, pk_set))
        elif pk_set and action == "post_remove":
            audit.record_members(instance, what, removed=names(model, pk_set))

    return receiver


def names(model: type[models.Model], keys: Iterable[Any]) -> list[str]:
    """What to call these rows. One query."""
    rows = model._base_manager.filter(pk__in=list(keys))
    if issubclass(model, Permission):
        return [
            f"{app}.{code}" for app, code in rows.values_list("content_type__app_label", "codename")
        ]
    return [str(row) for row in rows]


def _names_of_all(instance: models.Model, through: Any, model: Any, reverse: bool) -> list[str]:
    """Names of everything ``instance`` is related to through ``through``. Two queries."""
    mine, theirs = _columns(through, type(instance), model)
    keys = through._base_manager.filter(**{mine: instance.pk}).values_list(theirs, flat=True)
    return names(model, keys)


def _columns(through: Any, mine: type[models.Model], theirs: type[models.Model]) -> tuple[str, str]:
    links = {
        field.related_model: field.attname for field in through._meta.fields if field.is_relation
    }
    return links[mine], links[theirs]


def record_group_permissions(
    sender: type[models.Model],
    instance: Any,
    created: bool | None = None,
    raw: bool = False,
    origin: Any = None,
    **kwargs: Any,
) -> None:
    """Receiver of ``post_save`` and ``post_delete`` of the models in ``GROUP_PERMISSIONS``."""
    if raw or created is False:
        return
    if created is None and not _is_of(origin, sender):
        # It goes with its group, its page or its site, whose deletion is an entry of its own.
        return
    kind, _field = GROUP_PERMISSIONS[sender.__name__]
    name = describe(instance)
    members = {"added": [name]} if created else {"removed": [name]}
    audit.record_members(instance.group, kind, **members)


def describe(row: Any) -> str:
    """On what, and which: "“Blog”: wagtailcore.publish_page"."""
    _kind, field = GROUP_PERMISSIONS[type(row).__name__]
    permission = row.permission
    target = getattr(row, field)
    return f"“{target}”: {permission.content_type.app_label}.{permission.codename}"


def _is_of(origin: Any, model: type[models.Model]) -> bool:
    return isinstance(origin, model) or getattr(origin, "model", None) is model

"""Changes of accounts, rights, settings and tokens become entries of the log, wherever they are made.

What Django sends no signal for leaves no entry here: ``queryset.update()``, ``bulk_create()`` and SQL by hand. Where
the Wagtail admin uses those, ``admin.py`` steps in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from ..compat import WAGTAIL_8
from . import audit, throttle
from .differences import changes, recall, remember
from .members import group_permission_models, record_group_permissions, record_relation

#: Fields of an account that decide what it may do, or who gets in.
USER_FIELDS = ("is_superuser", "is_staff", "is_active", "email", "password")


def connect() -> None:
    """Called once, when mkt-core is ready."""
    user_login_failed.connect(_login_failed, dispatch_uid="mkt_core.accounts.failed")
    user_logged_in.connect(_logged_in, dispatch_uid="mkt_core.accounts.logged_in")
    _connect_user()
    _connect_groups()
    for model in setting_models():
        _on(pre_save, _remember_setting, model)
        _on(post_save, _setting_saved, model)
    if WAGTAIL_8:
        # Wagtail logs what its own views and command do, and never deletes a token.
        _on(post_delete, _token_deleted, apps.get_model("wagtailcore", "APIToken"))


def setting_models() -> Iterator[type[models.Model]]:
    """Models of ``wagtail.contrib.settings``, and the sites themselves."""
    from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
    from wagtail.models import Site

    yield from (
        model
        for model in apps.get_models()
        if issubclass(model, Site | BaseGenericSetting | BaseSiteSetting)
    )


def _on(signal: Any, receiver: Callable[..., None], sender: type[models.Model]) -> None:
    name = f"mkt_core.accounts.{receiver.__name__}.{sender._meta.label}"
    signal.connect(receiver, sender=sender, dispatch_uid=name)


def _connect_user() -> None:
    user_model = get_user_model()
    _on(pre_save, _remember_user, user_model)
    _on(post_save, _user_saved, user_model)
    for name, kind in (("groups", "groups"), ("user_permissions", "permissions")):
        # A user model of the site's own may have neither.
        if (through := _through(user_model, name)) is not None:
            m2m_changed.connect(
                record_relation(kind, reverse_kind="members" if name == "groups" else ""),
                sender=through,
                dispatch_uid=f"mkt_core.accounts.{name}",
                weak=False,
            )


def _connect_groups() -> None:
    from django.contrib.auth.models import Group

    m2m_changed.connect(
        record_relation("permissions"),
        sender=Group.permissions.through,
        dispatch_uid="mkt_core.accounts.group_permissions",
        weak=False,
    )
    for model in group_permission_models():
        _on(post_save, record_group_permissions, model)
        _on(post_delete, record_group_permissions, model)


def _through(model: type[models.Model], name: str) -> type[models.Model] | None:
    try:
        return getattr(model._meta.get_field(name).remote_field, "through", None)
    except FieldDoesNotExist:
        return None


def _login_failed(credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    throttle.failed(request, throttle.account_name(credentials))


def _logged_in(request: Any, user: Any, **kwargs: Any) -> None:
    if (logins := throttle.logins_of(request)) is not None:
        logins.user = user


def _remember_user(
    sender: type[models.Model],
    instance: models.Model,
    raw: bool = False,
    using: str | None = None,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    if not raw and not _is_new_hash(instance, update_fields):
        remember(instance, _saved_fields(sender, USER_FIELDS, update_fields), using)


def _is_new_hash(instance: models.Model, update_fields: frozenset[str] | None) -> bool:
    """Whether only the same password is hashed in a newer way, as Django does at a login."""
    changed = getattr(instance, "_password", None)
    return update_fields is not None and set(update_fields) == {"password"} and changed is None


def _user_saved(
    sender: type[models.Model],
    instance: models.Model,
    created: bool,
    raw: bool = False,
    **kwargs: Any,
) -> None:
    before = recall(instance)
    if raw:
        return
    if created:
        # Who was created is what Wagtail logs; that somebody may do everything from now on is ours.
        before = {"is_superuser": False} if hasattr(instance, "is_superuser") else None
    if before:
        audit.record_change(audit.USER_CHANGE, instance, changes(instance, before))


def _remember_setting(
    sender: type[models.Model],
    instance: models.Model,
    raw: bool = False,
    using: str | None = None,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    if not raw:
        names = [
            field.name
            for field in sender._meta.concrete_fields
            if not field.primary_key and not getattr(field, "auto_now", False)
        ]
        remember(instance, _saved_fields(sender, names, update_fields), using)


def _setting_saved(
    sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: Any
) -> None:
    before = recall(instance)
    if not raw and before:
        audit.record_change(audit.SETTING_CHANGE, instance, changes(instance, before))


def _saved_fields(
    model: type[models.Model], names: Any, update_fields: frozenset[str] | None
) -> list[str]:
    known = {field.name for field in model._meta.concrete_fields}
    return [
        name for name in names if name in known and (update_fields is None or name in update_fields)
    ]


def _token_deleted(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    audit.record(audit.TOKEN_REVOKE, instance, data={"deleted": True}, deleted=True)

"""Who may do what with the rows of mkt-api in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from mkt_core.compat import WAGTAIL_8

from ..models import ApiToken, PreviewLink, WebhookDelivery, WebhookEndpoint


class LogPolicy(ModelPermissionPolicy):
    """Rows that code alone writes: nobody adds or changes them by hand, superusers included."""

    refused = frozenset({"add", "change", "delete"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in self.refused and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class RevocablePolicy(LogPolicy):
    """The same, but they can be revoked."""

    refused = frozenset({"add", "change"})


#: Model and policy, where it is not Wagtail's own.
POLICIES = ((WebhookDelivery, LogPolicy), (PreviewLink, RevocablePolicy))


def register_policies() -> None:
    """Called when the app is ready: Wagtail 8 wants to know them before it looks one up."""
    if not WAGTAIL_8:
        return
    from wagtail.permissions import register_permission_policy

    for model, policy in POLICIES:
        register_permission_policy(model, policy(model))


def permissions() -> QuerySet[Permission]:
    """What groups can be given, for the hook ``register_permissions``."""
    wanted = {
        ApiToken: ("add", "change", "delete", "view"),
        PreviewLink: ("delete", "view"),
        WebhookEndpoint: ("add", "change", "delete", "view"),
        WebhookDelivery: ("view",),
    }
    names = [
        f"{action}_{model._meta.model_name}"
        for model, actions in wanted.items()
        for action in actions
    ]
    return Permission.objects.filter(content_type__app_label="mkt_api", codename__in=names)

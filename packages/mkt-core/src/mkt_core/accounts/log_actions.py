"""What the entries of our audit say in Wagtail's reports."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import LogActionRegistry, LogFormatter

from . import audit

#: What somebody can get or lose: kind → its name in a sentence.
KINDS = {
    "permissions": gettext_lazy("permissions"),
    "page_permissions": gettext_lazy("page permissions"),
    "collection_permissions": gettext_lazy("collection permissions"),
    "site_permissions": gettext_lazy("site permissions"),
    "groups": gettext_lazy("groups"),
    "members": gettext_lazy("members"),
}


class ChangeFormatter(LogFormatter):
    """Which fields, and for switches how: "Changed: tagline, superuser status → yes"."""

    def format_message(self, log_entry: Any) -> str:
        changes = log_entry.data.get("changes", {})
        if not isinstance(changes, dict):
            return str(self.label)
        parts = [self._describe(log_entry, name, change) for name, change in changes.items()]
        return _("Changed: %(fields)s") % {"fields": ", ".join(parts)}

    def _describe(self, log_entry: Any, name: str, change: Any) -> str:
        label = _field_label(log_entry, name)
        new = change.get("new") if isinstance(change, dict) else None
        if not isinstance(new, bool):
            return label
        return f"{label} → {_('yes') if new else _('no')}"


class MembersFormatter(LogFormatter):
    """What was added and removed: "Page permissions added: “Blog”: wagtailcore.publish_page"."""

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        kind = KINDS.get(data.get("kind", ""), data.get("kind", ""))
        parts = []
        if names := data.get("added"):
            parts.append(
                _("%(kind)s added: %(names)s")
                % {"kind": kind, "names": _listed(data, "added", names)}
            )
        if names := data.get("removed"):
            parts.append(
                _("%(kind)s removed: %(names)s")
                % {"kind": kind, "names": _listed(data, "removed", names)}
            )
        # Wagtail 8 would do it by itself.
        return capfirst("; ".join(parts))


def register(actions: LogActionRegistry) -> None:
    """For the hook ``register_log_actions``."""
    _register(actions, audit.SETTING_CHANGE, gettext_lazy("Change a setting"), ChangeFormatter)
    _register(actions, audit.USER_CHANGE, gettext_lazy("Change an account"), ChangeFormatter)
    _register(actions, audit.PERMISSION_CHANGE, gettext_lazy("Change rights"), MembersFormatter)
    for action, label, message in (
        (audit.TOKEN_CREATE, gettext_lazy("Create a token"), gettext_lazy("Token created")),
        (audit.TOKEN_REVOKE, gettext_lazy("Revoke a token"), gettext_lazy("Token revoked")),
        (
            audit.TOKEN_FIRST_USE,
            gettext_lazy("First use of a token"),
            gettext_lazy("Token used for the first time"),
        ),
    ):
        actions.register_action(action, label, message)


def _register(
    actions: LogActionRegistry, action: str, label: Any, formatter: type[LogFormatter]
) -> None:
    actions.register_action(action)(type(formatter.__name__, (formatter,), {"label": label}))


def _field_label(log_entry: Any, name: str) -> str:
    """The field as its form calls it; the bare name if there is no such field any more."""
    model = log_entry.content_type.model_class() if log_entry.content_type else None
    try:
        return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except Exception:  # noqa: BLE001
        # The model or the field has gone, and a report must go on showing what was logged.
        return name


def _listed(data: dict[str, Any], name: str, names: list[str]) -> str:
    shown = ", ".join(map(str, names))
    more = data.get(f"{name}_count", 0) - len(names)
    if more <= 0:
        return shown
    return ngettext("%(shown)s and %(count)d more", "%(shown)s and %(count)d more", more) % {
        "shown": shown,
        "count": more,
    }

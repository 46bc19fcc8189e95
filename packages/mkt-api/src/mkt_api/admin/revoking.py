"""Rows that are revoked, not deleted: views in the place of Wagtail's for deleting."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic


class RevocableIndexView(generic.IndexView):
    """A list whose rows can be revoked as long as they work (``is_active``)."""

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        buttons = []
        for button in super().get_list_more_buttons(instance):
            if button.url == self.get_delete_url(instance):
                if not instance.is_active:
                    continue
                button.label = gettext("Revoke")
            buttons.append(button)
        return buttons


class RevokeView(generic.DeleteView):
    """Asks ``confirmation_message``; ``delete_action()`` has to revoke."""

    page_title = _("Revoke")
    template_name = "mkt_api/admin/confirm_revoke.html"
    confirmation_message: Any = ""
    success_message: Any = ""

    def get_usage_url(self) -> None:
        """Nothing refers to one of these."""

    def get_success_message(self) -> str:
        return str(self.success_message)

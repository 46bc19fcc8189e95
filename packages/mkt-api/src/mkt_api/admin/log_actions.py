"""What the entries of our audit say in Wagtail's reports; those about tokens are mkt-core's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry

from ..preview import links
from ..webhooks import endpoints


def register(actions: LogActionRegistry) -> None:
    """For the hook ``register_log_actions``."""
    for action, label, message in (
        (links.CREATE_ACTION, _("Make a link to a draft"), _("Link to a draft made")),
        (links.REVOKE_ACTION, _("Revoke a link to a draft"), _("Link to a draft revoked")),
        (endpoints.ROTATE_ACTION, _("Rotate a webhook’s secret"), _("Secret rotated")),
        (endpoints.REPLAY_ACTION, _("Repeat webhook deliveries"), _("Deliveries repeated")),
    ):
        actions.register_action(action, label, message)

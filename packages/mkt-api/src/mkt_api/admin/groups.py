"""One entry "API" in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from . import previews, tokens, webhooks


class ApiViewSetGroup(ViewSetGroup):
    items = (tokens.viewset, previews.links, webhooks.endpoints, webhooks.deliveries)
    menu_label = _("API")
    menu_icon = "code"
    menu_order = 700

"""Links to drafts in the admin, and the button in the editor that makes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from mkt_core.compat import WAGTAIL_8, get_page_model

from ..conf import api_settings
from ..models import PreviewLink
from ..preview.links import client_url, create_link, parameters_of, revoke_link
from .confirming import shown_once
from .permissions import RevocablePolicy
from .revoking import RevocableIndexView, RevokeView

URL_NAME = "mkt_api_preview_link"


def header_button(page: Any, user: Any, view_name: str, next_url: str = "") -> Iterator[Button]:
    """For the hook ``register_page_header_buttons``."""
    if page.pk and page.latest_revision_id and page.permissions_for_user(user).can_edit():
        yield Button(
            gettext("Share draft"),
            url=reverse(URL_NAME, args=[page.pk]),
            icon_name="link",
            priority=65,
        )


class PreviewLinkForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours"),
        min_value=1,
        max_value=24 * 90,
        help_text=_("How long the link works. It can be revoked before that."),
    )


class PreviewLinkCreateView(WagtailAdminTemplateMixin, View):
    """Make a link to the newest version of a page that the user may edit."""

    template_name = "mkt_api/admin/share.html"
    page_title = _("Share draft")
    header_icon = "link"

    def dispatch(self, request: HttpRequest, page_id: str) -> HttpResponseBase:
        pages: Any = get_page_model()
        self.page = get_object_or_404(pages, pk=page_id).specific
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._asked(PreviewLinkForm(initial={"hours": api_settings.current.PREVIEW_HOURS}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreviewLinkForm(request.POST)
        if not form.is_valid():
            return self._asked(form)
        duration = timedelta(hours=form.cleaned_data["hours"])
        try:
            link = create_link(self.page, duration=duration, user=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.edit_url)
        return shown_once(
            request,
            title=gettext("Link to the draft"),
            explanation=gettext("Whoever has this link can read this version of the page."),
            label=gettext("Link"),
            secrets=_addresses(request, link, self.page),
            back_url=self.edit_url,
        )

    @property
    def edit_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.edit_url, "label": self.get_page_subtitle()},
            {"url": "", "label": self.page_title},
        ]

    def _asked(self, form: PreviewLinkForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, back_url=self.edit_url))


def _addresses(request: HttpRequest, link: PreviewLink, page: Any) -> list[str]:
    """That of the front end if there is one, then that of the JSON."""
    site = page.get_site()
    found = [client_url(link, site.hostname if site is not None else "")]
    try:
        base = request.build_absolute_uri(reverse("mkt_api:preview"))
        found.append(f"{base}?{urlencode(parameters_of(link))}")
    except NoReverseMatch:
        # The API is served by another host, which has its own URLconf.
        found.append(parameters_of(link)["token"])
    return [address for address in found if address]


class PreviewIndexView(RevocableIndexView):
    def get_base_queryset(self) -> Any:
        links = super().get_base_queryset().filter(content__isnull=True)
        return links.select_related("created_by", "content_type")


class PreviewRevokeView(RevokeView):
    confirmation_message = _("The link will open nothing any more. Revoke it?")
    success_message = _("The link was revoked.")

    def delete_action(self) -> None:
        revoke_link(self.object, user=self.request.user)


def _state(link: PreviewLink) -> str:
    if link.revoked_at is not None:
        return gettext("Revoked")
    return gettext("Active") if link.is_active else gettext("Expired")


class PreviewLinkViewSet(ModelViewSet):
    model = PreviewLink
    name = "mkt_api_previews"
    url_prefix = "api/previews"
    icon = "link"
    menu_label = _("Links to drafts")
    index_view_class = PreviewIndexView
    delete_view_class = PreviewRevokeView
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: list[str] = []
    list_display = [
        "title",
        Column("state", label=_("State"), accessor=_state),
        Column("created_by", label=_("Created by")),
        DateColumn("created_at", label=_("Created")),
        DateColumn("expires_at", label=_("Expires")),
    ]
    search_fields = ["title"]
    if not WAGTAIL_8:
        permission_policy = RevocablePolicy(PreviewLink)


links = PreviewLinkViewSet()
urls: list[URLPattern] = [
    path("api/share/<str:page_id>/", PreviewLinkCreateView.as_view(), name=URL_NAME)
]

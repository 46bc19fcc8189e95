"""Tokens in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateTimeInput

from ..access.scopes import READ, choices
from ..access.tokens import check_token, issue, revoke_token, rotate_token
from ..models import ApiToken
from .confirming import ConfirmedActionView, action_button, shown_once
from .fields import ChoicesField, LinesField
from .forms import CheckedForm
from .revoking import RevocableIndexView, RevokeView

STATES = {"active": _("Active"), "expired": _("Expired"), "revoked": _("Revoked")}


class ApiTokenForm(CheckedForm):
    check_instance = staticmethod(check_token)

    scopes = ChoicesField(label=_("Scopes"), initial=[READ])
    sites = ChoicesField(
        label=_("Sites"), required=False, coerce=int, help_text=_("None means all of them.")
    )
    origins = LinesField(
        label=_("Origins"),
        required=False,
        help_text=_(
            "Websites whose scripts may use it, one on each line, such as https://www.example.com."
        ),
    )
    networks = LinesField(
        label=_("Networks"),
        required=False,
        help_text=_("Addresses it may be used from, one on each line. None means all."),
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes", "sites", "origins", "networks", "limit", "expires_at"]
        widgets = {"expires_at": AdminDateTimeInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from wagtail.models import Site

        from ..registry import registry

        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = choices(registry)
        self.fields["sites"].choices = [(site.pk, str(site)) for site in Site.objects.all()]


class TokenIndexView(RevocableIndexView):
    def get_list_more_buttons(self, instance: ApiToken) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        may_change = self.permission_policy.user_has_permission(self.request.user, "change")
        if instance.is_active and may_change:
            buttons.append(
                action_button(viewset, "rotate", instance.pk, gettext("Rotate"), "rotate", 15)
            )
        return buttons


class TokenCreateView(generic.CreateView):
    def save_instance(self) -> ApiToken:
        token: ApiToken = self.form.save(commit=False)
        token.created_by = self.request.user
        self.text = issue(token, user=self.request.user)
        return token

    def save_action(self) -> HttpResponse:
        return _shown(self.request, self.text, gettext("Token created"))


class TokenRevokeView(RevokeView):
    confirmation_message = _("Whoever uses this token will be refused from now on. Revoke it?")
    success_message = _("The token was revoked.")

    def delete_action(self) -> None:
        revoke_token(self.object, user=self.request.user)


class TokenRotateView(ConfirmedActionView):
    model = ApiToken
    page_title = _("Rotate")
    question = _(
        "A new token that may do the same will be made and shown once. The old one works on for a while, so that"
        " nothing breaks before the new one is in place."
    )
    button = _("Make a new token")

    def act(self) -> Any:
        try:
            _successor, text = rotate_token(self.object, user=self.request.user)
        except ValidationError as error:
            return " ".join(error.messages)
        return _shown(self.request, text, gettext("Token rotated"))


def _shown(request: Any, text: str, title: str) -> HttpResponse:
    return shown_once(
        request,
        title=title,
        explanation=gettext("Copy the token now. It is not kept and cannot be shown again."),
        label=gettext("Token"),
        secrets=[text],
        back_url=reverse(viewset.get_url_name("index")),
    )


class ApiTokenViewSet(ModelViewSet):
    model = ApiToken
    name = "mkt_api_tokens"
    url_prefix = "api/tokens"
    icon = "key"
    menu_label = _("Tokens")
    index_view_class = TokenIndexView
    add_view_class = TokenCreateView
    delete_view_class = TokenRevokeView
    copy_view_enabled = False
    add_to_reference_index = False
    list_display = [
        "name",
        Column("hint", label=_("Begins with")),
        Column("state", label=_("State"), accessor=lambda token: STATES[token.state]),
        Column("scopes", label=_("Scopes"), accessor=lambda token: ", ".join(token.scopes)),
        DateColumn("expires_at", label=_("Expires")),
        DateColumn("last_used_at", label=_("Last used")),
    ]
    search_fields = ["name", "hint"]
    ordering = "-created_at"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return ApiTokenForm

    def get_urlpatterns(self) -> list[URLPattern]:
        rotate = TokenRotateView.as_view(viewset=self)
        return [*super().get_urlpatterns(), path("rotate/<str:pk>/", rotate, name="rotate")]


viewset = ApiTokenViewSet()

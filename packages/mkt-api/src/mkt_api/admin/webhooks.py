"""Webhooks and their deliveries in the admin."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from mkt_core.compat import WAGTAIL_8

from ..models import WebhookDelivery, WebhookEndpoint
from ..webhooks.endpoints import check_endpoint, issue, replay, rotate_secret, send_test
from ..webhooks.event_types import EVENT_TYPES
from .confirming import ConfirmedActionView, action_button, shown_once
from .fields import ChoicesField
from .forms import CheckedForm
from .permissions import LogPolicy


class WebhookForm(CheckedForm):
    check_instance = staticmethod(check_endpoint)

    event_types = ChoicesField(
        label=_("Event types"),
        required=False,
        choices=EVENT_TYPES,
        help_text=_("None means all of them."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["name", "url", "event_types", "enabled"]

    def save(self, commit: bool = True) -> Any:
        if self.instance.enabled:
            self.instance.disabled_reason = ""
        return super().save(commit)


class WebhookIndexView(generic.IndexView):
    def get_list_more_buttons(self, instance: WebhookEndpoint) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if self.permission_policy.user_has_permission(self.request.user, "change"):
            buttons += _buttons(instance)
        return buttons


class WebhookCreateView(generic.CreateView):
    def save_instance(self) -> WebhookEndpoint:
        endpoint: WebhookEndpoint = self.form.save(commit=False)
        endpoint.created_by = self.request.user
        self.secret = issue(endpoint, user=self.request.user)
        return endpoint

    def save_action(self) -> HttpResponse:
        return _shown(self.request, self.secret, gettext("Webhook created"))


class RotateSecretView(ConfirmedActionView):
    model = WebhookEndpoint
    page_title = _("Rotate the secret")
    question = _(
        "A new secret will be made and shown once. Requests are signed with both for a while, so that the receiver can"
        " change over."
    )
    button = _("Make a new secret")

    def act(self) -> HttpResponse:
        secret = rotate_secret(self.object, user=self.request.user)
        return _shown(self.request, secret, gettext("Secret rotated"))


class SendTestView(ConfirmedActionView):
    model = WebhookEndpoint
    page_title = _("Send a test")
    question = _("A request of the type webhook.test will be sent now.")
    button = _("Send it")
    header_icon = "mail"

    def act(self) -> str:
        delivery = send_test(self.object)
        if delivery.last_error:
            return gettext("It did not arrive: %(error)s") % {"error": delivery.last_error}
        return gettext("It arrived: the answer is %(status)s.") % {"status": delivery.last_status}


def _buttons(endpoint: WebhookEndpoint) -> list[Any]:
    return [
        action_button(endpoints, "test", endpoint.pk, gettext("Send a test"), "mail", 12),
        action_button(endpoints, "rotate", endpoint.pk, gettext("Rotate secret"), "rotate", 15),
    ]


def _shown(request: Any, secret: str, title: str) -> HttpResponse:
    return shown_once(
        request,
        title=title,
        explanation=gettext(
            "Give this secret to the receiver, which checks signatures with it. It cannot be shown again."
        ),
        label=gettext("Secret"),
        secrets=[secret],
        back_url=reverse(endpoints.get_url_name("index")),
    )


class WebhookViewSet(ModelViewSet):
    model = WebhookEndpoint
    name = "mkt_api_webhooks"
    url_prefix = "api/webhooks"
    icon = "rotate"
    menu_label = _("Webhooks")
    index_view_class = WebhookIndexView
    add_view_class = WebhookCreateView
    copy_view_enabled = False
    add_to_reference_index = False
    list_display = ["name", "url", BooleanColumn("enabled", label=_("Enabled"))]
    search_fields = ["name", "url"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return WebhookForm

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("rotate/<str:pk>/", RotateSecretView.as_view(viewset=self), name="rotate"),
            path("test/<str:pk>/", SendTestView.as_view(viewset=self), name="test"),
        ]


class DeliveryFilterSet(WagtailFilterSet):
    type = django_filters.ChoiceFilter(
        field_name="event__type", label=_("Event"), choices=EVENT_TYPES
    )

    class Meta:
        model = WebhookDelivery
        fields = ["state", "endpoint"]


class DeliveryIndexView(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("event", "endpoint")

    def get_list_more_buttons(self, instance: WebhookDelivery) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if instance.state != WebhookDelivery.State.PENDING and _may_replay(self.request.user):
            label = gettext("Send again")
            buttons.append(action_button(deliveries, "replay", instance.pk, label, "rotate", 15))
        return buttons


class DeliveryInspectView(generic.InspectView):
    template_name = "mkt_api/admin/delivery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(attempts=self.object.log.all()[:50], **kwargs)


class ReplayView(ConfirmedActionView):
    model = WebhookDelivery
    permission = "view"
    page_title = _("Send again")
    question = _("The event will be sent again, with the same webhook-id.")
    button = _("Send it")
    header_icon = "rotate"

    def act(self) -> str:
        if not _may_replay(self.request.user):
            return gettext("You may not change webhooks.")
        chosen = WebhookDelivery.objects.filter(pk=self.object.pk).select_related("endpoint")
        count = replay(chosen, user=self.request.user)
        return ngettext(
            "%(count)d delivery will be sent again.",
            "%(count)d deliveries will be sent again.",
            count,
        ) % {"count": count}


def _may_replay(user: Any) -> bool:
    return bool(user.has_perm("mkt_api.change_webhookendpoint"))


class DeliveryViewSet(ModelViewSet):
    model = WebhookDelivery
    name = "mkt_api_deliveries"
    url_prefix = "api/deliveries"
    icon = "history"
    menu_label = _("Deliveries")
    index_view_class = DeliveryIndexView
    inspect_view_class = DeliveryInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    filterset_class = DeliveryFilterSet
    form_fields: list[str] = []
    inspect_view_fields = [
        *("event", "endpoint", "state", "attempts", "next_attempt_at"),
        *("last_status", "last_error", "delivered_at"),
    ]
    list_display = [
        "event",
        Column("endpoint", label=_("Webhook")),
        Column("state", label=_("State"), accessor="get_state_display"),
        Column("attempts", label=_("Attempts")),
        Column("last_status", label=_("Last answer")),
        DateColumn("next_attempt_at", label=_("Next attempt")),
    ]
    if not WAGTAIL_8:
        permission_policy = LogPolicy(WebhookDelivery)

    def get_urlpatterns(self) -> list[URLPattern]:
        replaying = ReplayView.as_view(viewset=self)
        return [*super().get_urlpatterns(), path("replay/<str:pk>/", replaying, name="replay")]


endpoints = WebhookViewSet()
deliveries = DeliveryViewSet()

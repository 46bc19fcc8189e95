"""The editor of alert rules, in the settings of the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from ..models.alerts import AlertEntry, AlertMessage, AlertRule
from .delivery import deliver
from .evaluation import address
from .texts import condition_of

HISTORY_LENGTH = 50
CHANGE = "mkt_monitoring.change_alertrule"


class AlertRuleInspectView(generic.InspectView):
    """The rule in words, its state, its history, and a button that sends a message now. Three queries."""

    template_name = "mkt_monitoring/alert_rule.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rule: AlertRule = self.object
        entries = rule.entries.prefetch_related("messages")[:HISTORY_LENGTH]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {
            "rule": rule,
            "condition": condition_of(rule),
            "entries": entries,
            "test_url": reverse("mkt_alert_rules:test", args=[rule.pk]),
            "may_test": self.request.user.has_perm(CHANGE),
        }
        return context


class TestMessageView(View):
    """Send a message to everybody that the rule names, at once, and say what became of each."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        rule = get_object_or_404(AlertRule, pk=pk)
        now = timezone.now()
        entry = AlertEntry.objects.create(rule=rule, kind=AlertEntry.Kind.TEST, at=now)
        for message in address(entry, now):
            if deliver(message, now):
                messages.success(request, _("Sent to %(target)s.") % {"target": message.target})
                continue
            # Somebody is looking: it is not tried again behind their back.
            message.status = AlertMessage.Status.FAILED
            message.save(update_fields=["status"])
            text = _("Not sent to %(target)s: %(problem)s")
            messages.error(request, text % {"target": message.target, "problem": message.problem})
        return redirect("mkt_alert_rules:inspect", pk)


class AlertRuleViewSet(ModelViewSet):
    """Listing, editor and history."""

    model = AlertRule
    icon = "warning"
    menu_label = gettext_lazy("Alert rules")
    menu_name = "mkt-alert-rules"
    menu_order = 860
    add_to_settings_menu = True
    inspect_view_enabled = True
    inspect_view_class = AlertRuleInspectView
    copy_view_enabled = True
    list_display = [
        "name",
        BooleanColumn("is_active", label=gettext_lazy("Active")),
        Column("condition", label=gettext_lazy("Condition"), accessor=condition_of),
        Column("severity", label=gettext_lazy("Severity"), accessor="get_severity_display"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        DateColumn("evaluated_at", label=gettext_lazy("Evaluated")),
    ]
    list_filter = ["is_active", "severity", "state"]
    search_fields = ["name"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("severity"), FieldPanel("is_active")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("measure"), FieldPanel("event")]),
                FieldRowPanel([FieldPanel("comparison"), FieldPanel("threshold")]),
                FieldRowPanel([FieldPanel("window_minutes"), FieldPanel("for_minutes")]),
            ],
            heading=gettext_lazy("When"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("emails"),
                FieldRowPanel([FieldPanel("webhook_url"), FieldPanel("webhook_format")]),
                FieldPanel("webhook_secret"),
                FieldRowPanel([FieldPanel("quiet_from"), FieldPanel("quiet_until")]),
            ],
            heading=gettext_lazy("Who is told"),
        ),
    ]

    def get_urlpatterns(self) -> list[Any]:
        patterns: list[Any] = super().get_urlpatterns()
        return [*patterns, path("test/<int:pk>/", TestMessageView.as_view(), name="test")]

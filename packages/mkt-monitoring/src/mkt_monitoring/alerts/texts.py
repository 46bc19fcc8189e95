"""What messages say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ..models.alerts import AlertEntry, AlertRule


def subject_of(entry: AlertEntry) -> str:
    """One line: "[Critical] Too many errors"."""
    rule = entry.rule
    if entry.kind == AlertEntry.Kind.RECOVERED:
        return _("[Recovered] %(name)s") % {"name": rule.name}
    if entry.kind == AlertEntry.Kind.TEST:
        return _("[Test] %(name)s") % {"name": rule.name}
    return _("[%(severity)s] %(name)s") % {
        "severity": rule.get_severity_display(),
        "name": rule.name,
    }


def condition_of(rule: AlertRule) -> str:
    """The rule in words: "Failed requests, per cent is above 5, over the last 5 minutes"."""
    measure = rule.get_measure_display()
    if rule.event:
        measure = f"{measure} ({rule.event})"
    return _("%(measure)s %(comparison)s %(threshold)s, over the last %(minutes)s minutes") % {
        "measure": measure,
        "comparison": rule.get_comparison_display(),
        "threshold": _number(rule.threshold),
        "minutes": number_format(rule.window_minutes),
    }


def body_of(entry: AlertEntry) -> str:
    """The text of an e-mail, and of a message to Slack below its subject."""
    lines = {
        AlertEntry.Kind.FIRING: _("This condition holds: %(condition)s."),
        AlertEntry.Kind.RECOVERED: _("This condition no longer holds: %(condition)s."),
        AlertEntry.Kind.TEST: _("Somebody has tried out a rule: %(condition)s. All may be well."),
    }
    parts = [lines[AlertEntry.Kind(entry.kind)] % {"condition": condition_of(entry.rule)}]
    if entry.value is not None:
        parts.append(_("Value: %(value)s") % {"value": _number(entry.value)})
    at = timezone.localtime(entry.at, timezone.get_default_timezone())
    parts.append(_("Time: %(time)s") % {"time": at.strftime("%Y-%m-%d %H:%M %Z")})
    if url := dashboard_url():
        parts.append(_("Dashboard: %(url)s") % {"url": url})
    return "\n".join(parts)


def document_of(entry: AlertEntry) -> dict[str, Any]:
    """What a signed webhook gets as JSON."""
    rule = entry.rule
    return {
        "type": f"alert.{entry.kind}",
        "timestamp": entry.at.isoformat(),
        "data": {
            "rule": rule.name,
            "severity": rule.severity,
            "measure": rule.measure,
            "event": rule.event,
            "comparison": rule.comparison,
            "threshold": rule.threshold,
            "window_minutes": rule.window_minutes,
            "value": entry.value,
            "summary": subject_of(entry),
            "dashboard": dashboard_url(),
        },
    }


def slack_document_of(entry: AlertEntry) -> dict[str, Any]:
    """What Slack's incoming webhooks, and those of Mattermost and Rocket.Chat, understand."""
    return {"text": f"*{_escaped(subject_of(entry))}*\n{_escaped(body_of(entry))}"}


def dashboard_url() -> str:
    """Where to look; empty if the site does not say its own address."""
    base = getattr(settings, "WAGTAILADMIN_BASE_URL", None)
    try:
        return f"{base.rstrip('/')}{reverse('mkt_monitoring_now')}" if base else ""
    except NoReverseMatch:
        return ""


def _number(value: float) -> str:
    """With two decimals at most, and none that are zero."""
    rounded = round(value, 2)
    return number_format(int(rounded) if rounded == int(rounded) else rounded)


def _escaped(text: str) -> str:
    """As https://api.slack.com/reference/surfaces/formatting#escaping has it: else a name could mention everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

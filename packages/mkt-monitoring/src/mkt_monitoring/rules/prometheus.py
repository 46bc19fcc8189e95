"""Rules as Prometheus reads them (``rule_files`` in prometheus.yml)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .model import Alert, Group, Record


def rule_file(groups: Iterable[Group], runbook_url: str) -> dict[str, Any]:
    """The document; ``runbook_url`` has ``{alert}`` where the name of the alert goes."""
    return {
        "groups": [
            {
                "name": group.name,
                "interval": group.interval,
                "rules": [_rule(rule, runbook_url) for rule in group.rules],
            }
            for group in groups
        ]
    }


def messages(alert: Alert, runbook_url: str) -> dict[str, str]:
    """What a message says."""
    return {
        "summary": alert.summary,
        "description": alert.description,
        "runbook_url": runbook_url.replace("{alert}", alert.name),
    }


def _rule(rule: Record | Alert, runbook_url: str) -> dict[str, Any]:
    if isinstance(rule, Record):
        labels = {"labels": dict(rule.labels)} if rule.labels else {}
        return {"record": rule.name, "expr": rule.expr, **labels}
    return {
        "alert": rule.name,
        "expr": rule.expr,
        "for": rule.lasting,
        "labels": {"severity": rule.severity, **rule.labels},
        "annotations": messages(rule, runbook_url),
    }

"""The same alerts for Grafana, which evaluates them itself (``provisioning/alerting/*.yaml``).

The recording rules stay with Prometheus: write them with ``mkt_rules --records-only``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from .model import Alert, Group
from .prometheus import messages

# The uid of the data source in the provisioning files of example_project/deploy.
DATASOURCE_UID = "mkt-prometheus"
FOLDER = "MKT"
# Grafana evaluates groups at whole multiples of 10 s.
INTERVAL = "1m"


def provisioning(
    groups: Iterable[Group], runbook_url: str, datasource_uid: str = DATASOURCE_UID
) -> dict[str, Any]:
    """The document; groups without an alert are left out."""
    return {
        "apiVersion": 1,
        "groups": [
            {
                "orgId": 1,
                "name": group.name,
                "folder": FOLDER,
                "interval": INTERVAL,
                "rules": [_rule(alert, runbook_url, datasource_uid) for alert in group.alerts],
            }
            for group in groups
            if group.alerts
        ],
    }


def _rule(alert: Alert, runbook_url: str, datasource_uid: str) -> dict[str, Any]:
    # Some alerts fire on a value of 0, such as up. Grafana's condition looks at the number, so that one is made which
    # is 1 for whatever Prometheus would alert on; the value itself is there for the message.
    fires, value = f"group without () ({alert.expr})", f"max without () ({alert.expr})"
    return {
        "uid": _uid(alert),
        "title": " ".join([alert.name, *alert.labels.values()]),
        "condition": "C",
        "data": [
            _query("A", value, datasource_uid),
            _query("B", fires, datasource_uid),
            _threshold("C", "B"),
        ],
        # An expression that finds nothing is all well, as in Prometheus.
        "noDataState": "OK",
        "execErrState": "Error",
        "for": alert.lasting,
        "annotations": {
            name: text.replace("$value", "$values.A.Value")
            for name, text in messages(alert, runbook_url).items()
        },
        "labels": {"severity": alert.severity, **alert.labels},
    }


def _uid(alert: Alert) -> str:
    """The same at each run, so that Grafana changes the rule instead of making another; at most 40 characters."""
    text = " ".join([alert.name, *alert.labels.values()])
    return f"mkt-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _query(ref_id: str, expr: str, datasource_uid: str) -> dict[str, Any]:
    return {
        "refId": ref_id,
        "relativeTimeRange": {"from": 600, "to": 0},
        "datasourceUid": datasource_uid,
        "model": {"refId": ref_id, "expr": expr, "instant": True, "range": False},
    }


def _threshold(ref_id: str, of: str) -> dict[str, Any]:
    return {
        "refId": ref_id,
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": "__expr__",
        "model": {
            "refId": ref_id,
            "type": "threshold",
            "expression": of,
            "conditions": [{"evaluator": {"type": "gt", "params": [0]}}],
        },
    }

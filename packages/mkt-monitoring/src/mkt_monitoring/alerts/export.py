"""The rules of the admin as rules of Prometheus, for a site that gets an Alertmanager later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..models.alerts import AlertRule
from ..rules.yaml_text import yaml_text
from .texts import condition_of

COMMAND = "mkt_alerts_export"
_COUNT = "http_server_request_duration_seconds_count"
_LOOKUPS = "mkt_core_response_cache_lookups_total"
# <range> is the window of the rule, <offset> nothing or a week.
_EXPRESSIONS = {
    AlertRule.Measure.REQUESTS: f"60 * sum(rate({_COUNT}<range>))",
    AlertRule.Measure.FAILED: (
        f'100 * (sum(rate({_COUNT}{{http_response_status_class="5xx"}}<range>)) or vector(0))'
        f" / sum(rate({_COUNT}<range>))"
    ),
    AlertRule.Measure.SLOW: (
        "1000 * histogram_quantile(0.95,"
        " sum by (le) (rate(http_server_request_duration_seconds_bucket<range>)))"
    ),
    AlertRule.Measure.CACHED: (
        f'100 * sum(rate({_LOOKUPS}{{state=~"hit|stale"}}<range>))'
        f' / sum(rate({_LOOKUPS}{{state=~"hit|stale|miss"}}<range>))'
    ),
    AlertRule.Measure.TASKS: "sum(max by (queue, backend) (task_backlog))",
    AlertRule.Measure.TASK_AGE: "max(task_backlog_age_seconds) / 60",
    AlertRule.Measure.HEALTH: "count(min by (check) (mkt_core_health_check_up) == 0)",
}
_SEVERITIES = {"critical": "page", "warning": "ticket", "info": "ticket"}


def expression_of(rule: AlertRule) -> str:
    """The rule in PromQL; empty if Prometheus knows nothing of its measure, as of single events.

    It sees every site that the server scrapes: add a matcher of the job if there are several.
    """
    template = _EXPRESSIONS.get(AlertRule.Measure(rule.measure))
    if template is None:
        return ""
    window = f"[{rule.window_minutes}m]"
    now = template.replace("<range>", window)
    if rule.comparison == AlertRule.Comparison.ABOVE:
        return f"{now} > {rule.threshold:g}"
    if rule.comparison == AlertRule.Comparison.BELOW:
        return f"{now} < {rule.threshold:g}"
    before = template.replace("<range>", f"{window} offset 1w")
    if rule.comparison == AlertRule.Comparison.RISEN:
        return f"{now} > {1 + rule.threshold / 100:g} * ({before})"
    return f"{now} < {1 - rule.threshold / 100:g} * ({before})"


def rule_document(rules: Iterable[AlertRule]) -> dict[str, Any]:
    """A file of rules with those that Prometheus can evaluate."""
    pairs = [(rule, expression_of(rule)) for rule in rules]
    written = [_written(rule, expression) for rule, expression in pairs if expression]
    return {"groups": [{"name": "mkt_admin_rules", "interval": "1m", "rules": written}]}


def _written(rule: AlertRule, expression: str) -> dict[str, Any]:
    return {
        "alert": f"MktAdminRule{rule.pk}",
        "expr": expression,
        "for": f"{rule.for_minutes}m",
        "labels": {"severity": _SEVERITIES[rule.severity]},
        "annotations": {"summary": _plain(rule.name), "description": condition_of(rule)},
    }


def _plain(text: str) -> str:
    """What is no template of Prometheus, whatever somebody has called a rule."""
    return text.replace("{{", "{ {")


def rules_text(rules: Iterable[AlertRule]) -> str:
    """The same as YAML."""
    return yaml_text(rule_document(rules), command=COMMAND)

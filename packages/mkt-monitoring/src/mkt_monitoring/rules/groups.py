"""All rules of the site, with its own names and limits in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.core.exceptions import ImproperlyConfigured

from .burn_rates import ALERT, slo_groups
from .catalogue import editorial, own, requests, services
from .model import Alert, Group, Record
from .options import RuleOptions
from .promql import matchers
from .slos import Slo

CATALOGUE = (
    Group(name="mkt-requests", rules=(*requests.RECORDS, *requests.ALERTS)),
    Group(name="mkt-services", rules=(*services.RECORDS, *services.ALERTS)),
    Group(name="mkt-editorial", rules=editorial.ALERTS),
    Group(name="mkt-monitoring", rules=own.ALERTS),
)


def groups(slos: tuple[Slo, ...], options: RuleOptions) -> list[Group]:
    """The groups in the order in which they are to be read.

    Raises:
        ImproperlyConfigured: ``THRESHOLDS`` or ``WITHOUT`` names an alert that there is not.
    """
    if problems := list(name_problems(options)):
        raise ImproperlyConfigured(" ".join(problems))
    every = (*slo_groups(slos, options.JOB), *CATALOGUE)
    return [replace(group, rules=list(_filled_in(group.rules, options))) for group in every]


def alert_names() -> list[str]:
    """Each alert that there is, by name."""
    return sorted({ALERT, *(alert.name for group in CATALOGUE for alert in group.alerts)})


def name_problems(options: RuleOptions) -> Iterator[str]:
    """One sentence for each name in the options that is no alert, or has no limit that could be set."""
    known = alert_names()
    limited = {
        rule.name for group in CATALOGUE for rule in group.alerts if rule.threshold is not None
    }
    for name in sorted({*options.WITHOUT, *options.THRESHOLDS} - set(known)):
        yield f"MKT_MONITORING['RULES']: there is no alert {name!r}. There are {', '.join(known)}."
    for name in sorted(set(options.THRESHOLDS) & set(known) - limited):
        yield f"MKT_MONITORING['RULES']['THRESHOLDS']: {name} has no limit to be set."


def _filled_in(rules: Iterable[Record | Alert], options: RuleOptions) -> Iterator[Record | Alert]:
    site = matchers({"job": options.JOB})
    for rule in rules:
        if isinstance(rule, Record):
            yield replace(rule, expr=rule.expr.replace("<site>", site))
        elif rule.name not in options.WITHOUT:
            threshold = options.THRESHOLDS.get(rule.name, rule.threshold)
            limit = "" if threshold is None else f"{threshold:g}"
            expr = rule.expr.replace("<site>", site).replace("<threshold>", limit)
            yield replace(rule, expr=expr, threshold=threshold)

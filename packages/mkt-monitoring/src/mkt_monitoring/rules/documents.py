"""Each format that the rules can be written in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from . import alertmanager, grafana, prometheus
from .groups import groups
from .model import Group
from .options import rule_options
from .slos import slos
from .yaml_text import yaml_text

Format = Literal["prometheus", "grafana", "alertmanager"]
Part = Literal["all", "records", "alerts"]
FORMATS: tuple[Format, ...] = ("prometheus", "grafana", "alertmanager")


def rules_text(format_name: Format, part: Part = "all") -> str:
    """A file in YAML, made from the settings in force. ``part`` is looked at for Prometheus only.

    Raises:
        ImproperlyConfigured: ``SLOS`` or ``RULES`` of the settings cannot be used.
    """
    return yaml_text(_document(format_name, part), command=f"mkt_rules --format {format_name}")


def _document(format_name: Format, part: Part) -> dict[str, Any]:
    options = rule_options()
    if format_name == "alertmanager":
        return alertmanager.configuration(options)
    every = groups(slos(), options)
    if format_name == "grafana":
        return grafana.provisioning(every, options.RUNBOOK_URL)
    return prometheus.rule_file(_only(part, every), options.RUNBOOK_URL)


def _only(part: Part, every: list[Group]) -> list[Group]:
    if part == "all":
        return every
    chosen = [
        replace(group, rules=group.records if part == "records" else group.alerts)
        for group in every
    ]
    return [group for group in chosen if group.rules]

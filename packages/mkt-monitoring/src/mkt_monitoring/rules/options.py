"""``MKT_MONITORING["RULES"]``: where the site is found, who is told, and which limits are its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mkt_core.conf import GivenSettings

from ..conf import settings_in_force


@dataclass(frozen=True, kw_only=True)
class RuleOptions:
    """Keys of ``RULES``."""

    # The job_name of the site in prometheus.yml.
    JOB: str = "site"
    # Where the runbooks are to be read; "{alert}" becomes the name of the alert.
    RUNBOOK_URL: str = "docs/runbooks/{alert}.md"
    # Limits by name of the alert: {"MktTaskBacklogOld": 3600}. The units are those of docs/how-to/alerts.md.
    THRESHOLDS: Mapping[str, float] = field(default_factory=dict)
    # Names of alerts that are not wanted.
    WITHOUT: tuple[str, ...] = ()
    # Where Alertmanager sends what has to be seen at once; nowhere if empty.
    WEBHOOK_URL: str = ""
    # Where it sends mail; the site's ADMINS if empty.
    EMAIL_TO: tuple[str, ...] = ()
    # Host and port of the mail server; the site's own if empty.
    SMARTHOST: str = ""


def rule_options() -> RuleOptions:
    """The options in force.

    Raises:
        ImproperlyConfigured: an unknown key, or a value of the wrong type.
    """
    return option_settings(settings_in_force().RULES).current


def option_settings(given: Mapping[str, Any]) -> GivenSettings[RuleOptions]:
    """The options as they are given, with what is wrong with them."""
    return GivenSettings("MKT_MONITORING['RULES']", RuleOptions, given)

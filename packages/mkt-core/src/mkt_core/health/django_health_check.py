"""Our checks as one of django-health-check's, for sites that show its view.

HealthCheckView.as_view(checks=["mkt_core.health.django_health_check.MktChecks", …])
"""

from __future__ import annotations

import dataclasses

from django.core.exceptions import ImproperlyConfigured

from .registry import registered
from .report import run_checks

try:
    from health_check.base import HealthCheck
    from health_check.exceptions import ServiceUnavailable, ServiceWarning
except ImportError as error:
    raise ImproperlyConfigured(
        "mkt_core.health.django_health_check needs django-health-check, version 4 or later, which is not installed."
    ) from error


@dataclasses.dataclass
class MktChecks(HealthCheck):
    """Those that are registered with ``mkt_core.health``; ``names`` (of them, separated by commas) chooses some.

    A failing critical check is an error, another one a warning. Messages name the checks and say no more, as the view
    may be public.
    """

    names: str = ""

    def run(self) -> None:
        """In a thread of django-health-check's, since it is not async."""
        wanted = {name.strip() for name in self.names.split(",") if name.strip()}
        checks = [check for check in registered() if not wanted or check.name in wanted]
        report = run_checks(checks)
        failed = [result for result in report.results if not result.passed]
        text = ", ".join(result.name for result in failed)
        if any(result.critical for result in failed):
            raise ServiceUnavailable(text)
        if failed:
            raise ServiceWarning(text)

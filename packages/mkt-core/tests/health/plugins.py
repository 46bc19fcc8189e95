"""Checks as sites write them for django-health-check."""

import dataclasses

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning


@dataclasses.dataclass
class Sync(HealthCheck):
    problem: str = ""

    def run(self):
        if self.problem == "warning":
            raise ServiceWarning("slow")
        if self.problem:
            raise ServiceUnavailable(self.problem)


@dataclasses.dataclass
class Async(HealthCheck):
    problem: str = ""

    async def run(self):
        if self.problem:
            raise ServiceUnavailable(self.problem)

"""What rules are made of, whatever format they are written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

# "page": somebody has to look now. "ticket": somebody has to look on a working day.
Severity = Literal["page", "ticket"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A recording rule."""

    name: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alerting rule.

    In ``expr``, ``<site>`` becomes the matcher of the site's job and ``<threshold>`` the limit. Summary and description
    are templates of Prometheus: ``{{ $labels.instance }}``, ``{{ $value | humanize }}``.
    """

    name: str
    expr: str
    summary: str
    description: str
    severity: Severity = "ticket"
    # How long the expression has to hold.
    lasting: str = "5m"
    threshold: float | None = None
    # What the limit is measured in, for the documentation.
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rules that are evaluated one after the other, every ``interval``."""

    name: str
    rules: Sequence[Record | Alert]
    interval: str = "30s"

    @property
    def records(self) -> list[Record]:
        """The recording rules."""
        return [rule for rule in self.rules if isinstance(rule, Record)]

    @property
    def alerts(self) -> list[Alert]:
        """The alerting rules."""
        return [rule for rule in self.rules if isinstance(rule, Alert)]

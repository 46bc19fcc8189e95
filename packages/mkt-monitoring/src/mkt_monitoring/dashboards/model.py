"""What a dashboard shows, whatever format it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["timeseries", "stat", "bargauge"]


@dataclass(frozen=True)
class Target:
    """A query.

    In ``expr``, ``<site>`` becomes the matchers of the chosen job, instances and sites, and ``<recorded>`` those of
    what is recorded for all instances together. ``legend`` has ``{{label}}``.
    """

    expr: str
    legend: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture. ``unit`` is a name of Grafana's, ``width`` a number of its 24 columns."""

    title: str
    targets: Sequence[Target]
    kind: Kind = "timeseries"
    unit: str = "short"
    description: str = ""
    width: int = 12
    height: int = 8
    stacked: bool = False
    # The values from which on it is orange and red; for stat and bargauge. Descending: below them.
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """Panels under a title."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, kw_only=True)
class Board:
    """A dashboard; ``name`` is that of its file and, with "mkt-" in front, its uid."""

    name: str
    title: str
    description: str
    rows: Sequence[Row]

    @property
    def panels(self) -> list[Panel]:
        """All panels, in the order of the rows."""
        return [panel for row in self.rows for panel in row.panels]


def rate(metric: str, by: str, *, matchers: str = "", name: str = "") -> Target:
    """A counter per second, added up by these labels."""
    labels = ", ".join(filter(None, ("<site>", matchers)))
    legend = name or " ".join(f"{{{{{label}}}}}" for label in by.split(", "))
    return Target(f"sum by ({by}) (rate({metric}{{{labels}}}[$__rate_interval]))", legend)


def total(metric: str, name: str, *, matchers: str = "") -> Target:
    """A counter per second, all of it."""
    labels = ", ".join(filter(None, ("<site>", matchers)))
    return Target(f"sum(rate({metric}{{{labels}}}[$__rate_interval]))", name)


def quantile(share: float, metric: str, by: str = "", *, matchers: str = "") -> Target:
    """A quantile of a histogram, for each combination of these labels."""
    labels = ", ".join(filter(None, ("<site>", matchers)))
    groups = ", ".join(filter(None, (by, "le")))
    buckets = f"sum by ({groups}) (rate({metric}_bucket{{{labels}}}[$__rate_interval]))"
    legend = " ".join(f"{{{{{label}}}}}" for label in by.split(", ")) if by else f"{share:.0%}"
    return Target(f"histogram_quantile({share}, {buckets})", legend)


def mean(metric: str, by: str = "", *, name: str = "") -> Target:
    """The mean of a histogram."""
    parts = [f"rate({metric}_{part}{{<site>}}[$__rate_interval])" for part in ("sum", "count")]
    grouping = f"sum by ({by})" if by else "sum"
    legend = name or f"{{{{{by}}}}}"
    return Target(f"{grouping} ({parts[0]}) / {grouping} ({parts[1]})", legend)

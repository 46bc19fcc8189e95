"""Make the JSON of the dashboards with Grafana's own builders, which know each field by name and type.

Needs the extra ``dashboards``; a site has no use for it, the results are shipped:

    python -m mkt_monitoring.dashboards.build
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .catalogue import BOARDS
from .model import Board, Panel, Target

if TYPE_CHECKING:
    from grafana_foundation_sdk.builders import dashboard as dashboards

FOLDER = Path(__file__).parent / "json"

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
MATCHERS = {
    "<site>": 'job="$job", instance=~"$instance", site=~"$site"',
    "<recorded>": 'job="$job", site=~"$site"',
}
# What every other variable is read from: a site that served a request has it.
SEEN = "http_server_request_duration_seconds_count"


def dashboard_text(board: Board) -> str:
    """The dashboard as a file of Grafana.

    Raises:
        ModuleNotFoundError: ``grafana-foundation-sdk`` is not installed.
    """
    from grafana_foundation_sdk.cog.encoder import JSONEncoder

    text = JSONEncoder(sort_keys=True, indent=1, ensure_ascii=False).encode(
        _dashboard(board).build()
    )
    return f"{text}\n"


def with_matchers(expr: str) -> str:
    """The query with Grafana's variables in it."""
    for name, matchers in MATCHERS.items():
        expr = expr.replace(name, matchers)
    return expr


def _dashboard(board: Board) -> dashboards.Dashboard:
    from grafana_foundation_sdk.builders import dashboard as dashboards
    from grafana_foundation_sdk.models.dashboard import DashboardLinkType

    others = dashboards.DashboardLink("MKT").type(DashboardLinkType.DASHBOARDS).tags(["mkt"])
    built = (
        dashboards.Dashboard(board.title)
        .uid(f"mkt-{board.name}")
        .description(board.description)
        .tags(["mkt"])
        .link(others.keep_time(True))
        .time("now-6h", "now")
        .refresh("1m")
        .timezone("browser")
        .editable()
    )
    built = _with_variables(built)
    number = 0
    for row in board.rows:
        number += 1
        built = built.with_row(dashboards.Row(row.title).id(number))
        for panel in row.panels:
            number += 1
            built = built.with_panel(_panel(panel, number))
    return built


def _with_variables(built: dashboards.Dashboard) -> dashboards.Dashboard:
    from grafana_foundation_sdk.builders import dashboard as dashboards

    built = built.with_variable(
        dashboards.DatasourceVariable("datasource").label("Data source").type("prometheus")
    )
    built = built.with_variable(_variable("job", f"label_values({SEEN}, job)"))
    for name in ("site", "instance"):
        several = _variable(name, f'label_values({SEEN}{{job="$job"}}, {name})')
        # A target without the label has to be found, too.
        several = several.include_all(True).multi(True).all_value(".*")
        built = built.with_variable(several.current(_everything()))
    return built


def _variable(name: str, query: str) -> Any:
    from grafana_foundation_sdk.builders import dashboard as dashboards
    from grafana_foundation_sdk.models.dashboard import VariableRefresh, VariableSort

    return (
        dashboards.QueryVariable(name)
        .label(name.capitalize())
        .datasource(_datasource())
        .query({"query": query, "refId": name})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _everything() -> Any:
    from grafana_foundation_sdk.models.dashboard import VariableOption

    return VariableOption(selected=True, text=["All"], value=["$__all"])


def _datasource() -> Any:
    from grafana_foundation_sdk.models.dashboard import DataSourceRef

    return DataSourceRef(type_val=DATASOURCE["type"], uid=DATASOURCE["uid"])


def _panel(panel: Panel, number: int) -> Any:
    built = (
        _PANELS[panel.kind](panel)
        .id(number)
        .title(panel.title)
        .description(panel.description)
        .datasource(_datasource())
        .unit(panel.unit)
        .span(panel.width)
        .height(panel.height)
    )
    if panel.limits is not None:
        built = built.thresholds(_thresholds(*panel.limits))
    for letter, target in zip("ABCDEFGH", panel.targets, strict=False):
        built = built.with_target(_target(target, letter, instant=panel.kind != "timeseries"))
    return built


def _timeseries(panel: Panel) -> Any:
    from grafana_foundation_sdk.builders import common, timeseries
    from grafana_foundation_sdk.models.common import (
        LegendDisplayMode,
        LegendPlacement,
        SortOrder,
        StackingMode,
        TooltipDisplayMode,
    )

    legend = common.VizLegendOptions().display_mode(LegendDisplayMode.LIST)
    tooltip = common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
    built = (
        timeseries.Panel()
        .min(0)
        .fill_opacity(20 if panel.stacked else 0)
        .legend(legend.placement(LegendPlacement.BOTTOM).show_legend(True))
        .tooltip(tooltip)
    )
    if panel.stacked:
        built = built.stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))
    return built


def _stat(panel: Panel) -> Any:
    from grafana_foundation_sdk.builders import common, stat

    return stat.Panel().reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))


def _bargauge(panel: Panel) -> Any:
    from grafana_foundation_sdk.builders import bargauge, common
    from grafana_foundation_sdk.models.common import VizOrientation

    options = common.ReduceDataOptions().calcs(["lastNotNull"])
    built = bargauge.Panel().reduce_options(options).orientation(VizOrientation.HORIZONTAL)
    return built.min(0).max(1)


_PANELS = {"timeseries": _timeseries, "stat": _stat, "bargauge": _bargauge}


def _thresholds(orange: float, red: float) -> Any:
    from grafana_foundation_sdk.builders import dashboard as dashboards
    from grafana_foundation_sdk.models.dashboard import Threshold, ThresholdsMode

    steps = [(None, "green"), (orange, "orange"), (red, "red")]
    if red < orange:
        # Less is worse.
        steps = [(None, "red"), (red, "orange"), (orange, "green")]
    return (
        dashboards.ThresholdsConfig()
        .mode(ThresholdsMode.ABSOLUTE)
        .steps([Threshold(value=value, color=color) for value, color in steps])
    )


def _target(target: Target, letter: str, *, instant: bool) -> Any:
    from grafana_foundation_sdk.builders import prometheus

    query = prometheus.Dataquery().expr(with_matchers(target.expr)).ref_id(letter)
    query = query.datasource(_datasource())
    query = query.instant() if instant else query.range()
    return query.legend_format(target.legend) if target.legend else query


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for board in BOARDS:
        (FOLDER / f"{board.name}.json").write_text(dashboard_text(board), encoding="utf-8")


if __name__ == "__main__":
    main()

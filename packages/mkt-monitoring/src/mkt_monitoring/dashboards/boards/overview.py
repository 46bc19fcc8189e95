"""Is the site well?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, quantile, rate, total

DURATION = "http_server_request_duration_seconds"
ANSWERED = 'http_response_status_class!~"5xx|aborted"'

BOARD = Board(
    name="overview",
    title="MKT: overview",
    description="Is the site well? Requests, failures, speed, and what is left of the error budgets.",
    rows=[
        Row(
            title="Now",
            panels=[
                Panel(
                    title="Requests",
                    kind="stat",
                    unit="reqps",
                    width=5,
                    height=4,
                    targets=[total(f"{DURATION}_count", "requests")],
                ),
                Panel(
                    title="Failures",
                    kind="stat",
                    unit="percentunit",
                    width=5,
                    height=4,
                    limits=(0.001, 0.01),
                    targets=[
                        Target(
                            f'(sum(rate({DURATION}_count{{<site>, http_response_status_class="5xx"}}'
                            f"[$__rate_interval])) or vector(0))"
                            f" / (sum(rate({DURATION}_count{{<site>}}[$__rate_interval])) > 0)",
                            "5xx",
                        )
                    ],
                ),
                Panel(
                    title="95th percentile",
                    kind="stat",
                    unit="s",
                    width=5,
                    height=4,
                    limits=(0.5, 1),
                    targets=[quantile(0.95, DURATION, matchers=ANSWERED)],
                ),
                Panel(
                    title="Servers that answer",
                    kind="stat",
                    width=4,
                    height=4,
                    targets=[Target("sum(up{<site>})", "up")],
                ),
                Panel(
                    title="Requests in progress",
                    kind="stat",
                    width=5,
                    height=4,
                    targets=[Target("sum(http_server_active_requests{<site>})", "active")],
                ),
            ],
        ),
        Row(
            title="Objectives",
            panels=[
                Panel(
                    title="Error budget left",
                    kind="bargauge",
                    unit="percentunit",
                    limits=(0.25, 0),
                    targets=[Target("mkt:slo_budget_left:ratio30d{<recorded>}", "{{slo}}")],
                    description="Of the last 30 days. Below 0, more has failed than the objective allows.",
                ),
                Panel(
                    title="How fast the budget burns",
                    targets=[
                        Target(
                            "mkt:slo_errors:ratio_rate1h{<recorded>}"
                            " / on (slo) group_left () (1 - mkt:slo_objective:ratio)",
                            "{{slo}}",
                        )
                    ],
                    description="1 uses up the budget in 30 days; from 14.4 on somebody is called.",
                ),
                Panel(
                    title="Alerts",
                    width=24,
                    targets=[
                        Target(
                            "sum by (alertname, severity)"
                            ' (ALERTS{job="$job", alertstate="firing"})',
                            "{{alertname}} {{severity}}",
                        )
                    ],
                ),
            ],
        ),
        Row(
            title="Requests",
            panels=[
                Panel(
                    title="Requests by status",
                    unit="reqps",
                    stacked=True,
                    targets=[rate(f"{DURATION}_count", "http_response_status_class")],
                ),
                Panel(
                    title="Duration",
                    unit="s",
                    targets=[
                        quantile(share, DURATION, matchers=ANSWERED) for share in (0.5, 0.95, 0.99)
                    ],
                ),
            ],
        ),
    ],
)

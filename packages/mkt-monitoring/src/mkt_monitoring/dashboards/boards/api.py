"""Who uses the API, and how does it answer?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, quantile, rate

DURATION = "http_server_request_duration_seconds"
API = 'http_route=~"/api/.*"'

BOARD = Board(
    name="api",
    title="MKT: API clients",
    description="What clients of the API ask for, and how they are answered.",
    rows=[
        Row(
            title="Requests",
            panels=[
                Panel(
                    title="Requests by endpoint",
                    unit="reqps",
                    stacked=True,
                    targets=[rate(f"{DURATION}_count", "http_route", matchers=API)],
                ),
                Panel(
                    title="Requests by version",
                    unit="reqps",
                    targets=[
                        rate(f"{DURATION}_count", "api_version", matchers='api_version!~"|none"')
                    ],
                ),
                Panel(
                    title="Requests by status",
                    unit="reqps",
                    stacked=True,
                    targets=[rate(f"{DURATION}_count", "http_response_status_class", matchers=API)],
                ),
                Panel(
                    title="Requests by method",
                    unit="reqps",
                    targets=[rate(f"{DURATION}_count", "http_request_method", matchers=API)],
                ),
            ],
        ),
        Row(
            title="Answers",
            panels=[
                Panel(
                    title="95th percentile by endpoint",
                    unit="s",
                    targets=[quantile(0.95, DURATION, "http_route", matchers=API)],
                ),
                Panel(
                    title="Share of refused requests by endpoint",
                    unit="percentunit",
                    description="4xx: not allowed, not found, asked for too often or in a wrong way.",
                    targets=[
                        Target(
                            f"sum by (http_route) (rate({DURATION}_count{{<site>, {API},"
                            ' http_response_status_class="4xx"}[$__rate_interval]))'
                            f" / sum by (http_route) (rate({DURATION}_count{{<site>, {API}}}"
                            "[$__rate_interval]))",
                            "{{http_route}}",
                        )
                    ],
                ),
                Panel(
                    title="Refused by a rate limit",
                    unit="reqps",
                    targets=[rate("mkt_core_rate_limited_total", "rule")],
                ),
            ],
        ),
    ],
)

"""Which requests are slow, and which fail?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, mean, quantile, rate, total

DURATION = "http_server_request_duration_seconds"
ANSWERED = 'http_response_status_class!~"5xx|aborted"'
FAILED = 'http_response_status_class="5xx"'


def _top(target: Target, number: int = 10) -> Target:
    return Target(f"topk({number}, {target.expr})", target.legend)


BOARD = Board(
    name="requests",
    title="MKT: requests",
    description="Which requests are slow, and which fail? By route and by type of page.",
    rows=[
        Row(
            title="Routes",
            panels=[
                Panel(
                    title="Requests by route",
                    unit="reqps",
                    targets=[_top(rate(f"{DURATION}_count", "http_route"))],
                ),
                Panel(
                    title="95th percentile by route",
                    unit="s",
                    targets=[_top(quantile(0.95, DURATION, "http_route", matchers=ANSWERED))],
                ),
                Panel(
                    title="Failures by route",
                    unit="reqps",
                    targets=[_top(rate(f"{DURATION}_count", "http_route", matchers=FAILED))],
                ),
                Panel(
                    title="Exceptions",
                    unit="cps",
                    targets=[rate("http_server_exceptions_total", "exception_type, http_route")],
                ),
                Panel(
                    title="Requests by method",
                    unit="reqps",
                    targets=[rate(f"{DURATION}_count", "http_request_method")],
                ),
                Panel(
                    title="Not found and refused",
                    unit="reqps",
                    targets=[
                        _top(
                            rate(
                                f"{DURATION}_count",
                                "http_route",
                                matchers='http_response_status_class="4xx"',
                            )
                        )
                    ],
                ),
            ],
        ),
        Row(
            title="Pages",
            panels=[
                Panel(
                    title="Requests by type of page",
                    unit="reqps",
                    stacked=True,
                    targets=[
                        rate(
                            f"{DURATION}_count",
                            "wagtail_page_type",
                            matchers='wagtail_page_type!="none"',
                        )
                    ],
                ),
                Panel(
                    title="95th percentile by type of page",
                    unit="s",
                    targets=[
                        quantile(
                            0.95,
                            DURATION,
                            "wagtail_page_type",
                            matchers='wagtail_page_type!="none"',
                        )
                    ],
                ),
                Panel(
                    title="Rendering of templates, mean by type of page",
                    unit="s",
                    targets=[mean("template_render_duration_seconds", "wagtail_page_type")],
                ),
                Panel(
                    title="Requests that repeat a query",
                    unit="reqps",
                    targets=[rate("db_repeated_queries_total", "http_route")],
                    description="One statement ran many times in a request: prefetch what it asks for.",
                ),
            ],
        ),
        Row(
            title="Bodies and connections",
            panels=[
                Panel(
                    title="Response bodies, 95th percentile",
                    unit="bytes",
                    targets=[quantile(0.95, "http_server_response_body_size_bytes")],
                ),
                Panel(
                    title="Request bodies, 95th percentile",
                    unit="bytes",
                    targets=[quantile(0.95, "http_server_request_body_size_bytes")],
                ),
                Panel(
                    title="First byte of streams, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, "http_server_time_to_first_byte_seconds")],
                ),
                Panel(
                    title="In progress, and clients that left",
                    targets=[
                        Target(
                            "sum by (instance) (http_server_active_requests{<site>})",
                            "in progress at {{instance}}",
                        ),
                        total("http_server_client_aborts_total", "left, per second"),
                    ],
                ),
            ],
        ),
        Row(
            title="Refused",
            panels=[
                Panel(
                    title="Reports of violated content policies",
                    unit="cps",
                    targets=[rate("mkt_core_csp_reports_total", "directive, disposition")],
                ),
                Panel(
                    title="Uploads refused, log-ins that had to wait",
                    unit="cps",
                    targets=[
                        rate("mkt_core_uploads_refused_total", "what, code"),
                        rate("mkt_core_logins_throttled_total", "limit", name="log-in: {{limit}}"),
                    ],
                ),
            ],
        ),
    ],
)

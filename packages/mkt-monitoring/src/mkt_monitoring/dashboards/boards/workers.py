"""Do the processes keep up: workers, tasks, and the monitoring itself?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, quantile, rate

BOARD = Board(
    name="workers",
    title="MKT: workers",
    description="Processes, background tasks, and what the monitoring itself costs and loses.",
    rows=[
        Row(
            title="Processes",
            panels=[
                Panel(
                    title="Memory",
                    unit="bytes",
                    targets=[
                        Target("mkt_process_resident_memory_bytes{<site>}", "{{instance}} {{agg}}"),
                    ],
                    description="The sum of the workers, and the largest.",
                ),
                Panel(
                    title="Requests in progress",
                    targets=[
                        Target(
                            "sum by (instance) (http_server_active_requests{<site>})",
                            "{{instance}}",
                        )
                    ],
                ),
            ],
        ),
        Row(
            title="Tasks",
            panels=[
                Panel(
                    title="Enqueued and finished",
                    unit="ops",
                    targets=[
                        rate("task_enqueued_total", "queue", name="enqueued {{queue}}"),
                        rate("task_finished_total", "queue, status"),
                    ],
                ),
                Panel(
                    title="Failures by task",
                    unit="ops",
                    targets=[rate("task_finished_total", "task", matchers='status="failed"')],
                ),
                Panel(
                    title="Duration, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, "task_duration_seconds", "task")],
                ),
                Panel(
                    title="Wait in the queue, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, "task_wait_seconds", "queue")],
                ),
                Panel(
                    title="Tasks that wait",
                    targets=[
                        Target(
                            "max by (queue, backend) (task_backlog{<site>})",
                            "{{queue}} {{backend}}",
                        )
                    ],
                ),
                Panel(
                    title="The oldest has waited for",
                    unit="s",
                    targets=[Target("max(task_backlog_age_seconds{<site>})", "oldest")],
                ),
            ],
        ),
        Row(
            title="Other servers",
            panels=[
                Panel(
                    title="Outgoing requests, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, "http_client_request_duration_seconds", "purpose")],
                ),
                Panel(
                    title="Health checks that fail",
                    targets=[
                        Target(
                            "max by (instance, check) (1 - mkt_core_health_check_up{<site>})",
                            "{{instance}} {{check}}",
                        )
                    ],
                ),
                Panel(title="Mail", unit="ops", targets=[rate("mail_sent_total", "result")]),
            ],
        ),
        Row(
            title="Monitoring",
            panels=[
                Panel(
                    title="Duration of a scrape",
                    unit="s",
                    targets=[Target("scrape_duration_seconds{<site>}", "{{instance}}")],
                ),
                Panel(
                    title="Samples in a scrape",
                    targets=[Target("scrape_samples_scraped{<site>}", "{{instance}}")],
                ),
                Panel(
                    title="Files of workers",
                    targets=[Target("mkt_monitoring_multiprocess_files{<site>}", "{{instance}}")],
                ),
                Panel(
                    title="Duration of collectors",
                    unit="s",
                    targets=[
                        Target(
                            "max by (collector)"
                            " (mkt_monitoring_collector_duration_seconds{<site>})",
                            "{{collector}}",
                        )
                    ],
                ),
                Panel(
                    title="Collectors that fail",
                    targets=[
                        Target(
                            "max by (collector) (1 - mkt_monitoring_collector_success{<site>})",
                            "{{collector}}",
                        )
                    ],
                ),
                Panel(
                    title="Observations refused and lost",
                    unit="cps",
                    targets=[
                        rate(
                            "mkt_monitoring_series_refused_total",
                            "metric",
                            name="refused {{metric}}",
                        ),
                        rate(
                            "mkt_monitoring_observations_dropped_total",
                            "reason",
                            name="lost: {{reason}}",
                        ),
                    ],
                ),
            ],
        ),
    ],
)

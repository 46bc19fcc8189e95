"""What do editors do, and what do they wait for?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, mean, quantile, rate, total

BOARD = Board(
    name="editorial",
    title="MKT: Wagtail editorial",
    description="What do editors do, and what do they wait for?",
    rows=[
        Row(
            title="Pages",
            panels=[
                Panel(
                    title="Pages",
                    targets=[
                        Target(
                            "max by (page_type, state) (wagtail_pages{<site>})",
                            "{{page_type}} {{state}}",
                        )
                    ],
                ),
                Panel(
                    title="Published, unpublished, moved in an hour",
                    targets=[
                        Target(
                            f"sum(increase(wagtail_pages_{what}_total{{<site>}}[1h]))",
                            what,
                        )
                        for what in ("published", "unpublished", "moved")
                    ],
                ),
                Panel(
                    title="Actions in an hour",
                    stacked=True,
                    targets=[
                        Target(
                            "sum by (action) (increase(wagtail_log_actions_total{<site>}[1h]))",
                            "{{action}}",
                        )
                    ],
                ),
                Panel(
                    title="Logins",
                    unit="cps",
                    targets=[rate("wagtail_logins_total", "area, result")],
                ),
            ],
        ),
        Row(
            title="Workflows and schedules",
            panels=[
                Panel(
                    title="Scheduled pages overdue",
                    kind="stat",
                    limits=(1, 10),
                    width=6,
                    targets=[Target("max(wagtail_scheduled_publish_overdue{<site>})", "pages")],
                ),
                Panel(
                    title="Overdue for",
                    kind="stat",
                    unit="s",
                    limits=(600, 900),
                    width=6,
                    targets=[
                        Target("max(wagtail_scheduled_publish_overdue_seconds{<site>})", "longest")
                    ],
                ),
                Panel(
                    title="Open tasks of workflows",
                    kind="stat",
                    width=6,
                    targets=[Target("max(wagtail_open_workflow_tasks{<site>})", "tasks")],
                ),
                Panel(
                    title="The oldest has waited for",
                    kind="stat",
                    unit="s",
                    width=6,
                    targets=[
                        Target("max(wagtail_oldest_workflow_task_age_seconds{<site>})", "oldest")
                    ],
                ),
                Panel(
                    title="Duration of workflows, mean",
                    unit="s",
                    targets=[mean("wagtail_workflow_duration_seconds", "status")],
                ),
                Panel(
                    title="Duration of their tasks, mean",
                    unit="s",
                    targets=[mean("wagtail_task_duration_seconds", "status")],
                ),
            ],
        ),
        Row(
            title="Images and documents",
            panels=[
                Panel(
                    title="Renditions by where they come from",
                    unit="ops",
                    stacked=True,
                    targets=[rate("wagtail_renditions_total", "source")],
                ),
                Panel(
                    title="Making a rendition",
                    unit="s",
                    targets=[
                        quantile(0.5, "wagtail_rendition_duration_seconds"),
                        quantile(0.95, "wagtail_rendition_duration_seconds"),
                    ],
                ),
                Panel(
                    title="Renditions that failed",
                    unit="cps",
                    targets=[total("wagtail_rendition_failures_total", "failures")],
                ),
                Panel(
                    title="Documents served",
                    unit="ops",
                    targets=[total("wagtail_documents_served_total", "documents")],
                ),
            ],
        ),
        Row(
            title="Search, forms, CDN",
            panels=[
                Panel(
                    title="Duration of a search, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, "wagtail_search_duration_seconds", "backend, kind")],
                ),
                Panel(
                    title="Searches, and those without results",
                    unit="ops",
                    targets=[
                        total("wagtail_search_duration_seconds_count", "all"),
                        total("wagtail_searches_without_results_total", "without results"),
                    ],
                ),
                Panel(
                    title="Forms sent in an hour",
                    targets=[
                        Target("sum(increase(wagtail_form_submissions_total{<site>}[1h]))", "forms")
                    ],
                ),
                Panel(
                    title="Purges of the CDN",
                    unit="cps",
                    targets=[rate("wagtail_frontend_cache_purges_total", "result")],
                ),
            ],
        ),
    ],
)

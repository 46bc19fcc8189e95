"""Do database and cache keep up?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, mean, quantile, rate

BOARD = Board(
    name="database-and-cache",
    title="MKT: database and cache",
    description="Do database and cache keep up?",
    rows=[
        Row(
            title="Database",
            panels=[
                Panel(
                    title="Queries",
                    unit="ops",
                    stacked=True,
                    targets=[rate("db_query_duration_seconds_count", "alias, kind")],
                ),
                Panel(
                    title="Duration of a query, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, "db_query_duration_seconds", "alias, kind")],
                ),
                Panel(
                    title="Queries in a request, mean",
                    targets=[mean("db_queries_per_request", "alias")],
                ),
                Panel(
                    title="Errors",
                    unit="cps",
                    targets=[rate("db_query_errors_total", "alias, error")],
                ),
                Panel(
                    title="Connections opened and failed",
                    unit="cps",
                    targets=[
                        rate("db_connections_opened_total", "alias"),
                        rate(
                            "db_connection_errors_total",
                            "alias, error",
                            name="failed: {{alias}} {{error}}",
                        ),
                    ],
                ),
                Panel(
                    title="Connections of the pools",
                    targets=[
                        Target(
                            "sum by (alias, state) (db_pool_connections{<site>})",
                            "{{alias}} {{state}}",
                        ),
                        Target("sum by (alias) (db_pool_waiting{<site>})", "{{alias}} waiting"),
                    ],
                ),
                Panel(
                    title="Migrations that are not applied",
                    kind="stat",
                    limits=(1, 1),
                    targets=[
                        Target("max by (alias) (django_migrations_unapplied{<site>})", "{{alias}}")
                    ],
                ),
            ],
        ),
        Row(
            title="Cache",
            panels=[
                Panel(
                    title="Lookups that find something",
                    unit="percentunit",
                    targets=[Target("mkt:cache_hits:ratio_rate15m{<recorded>}", "{{alias}}")],
                ),
                Panel(
                    title="Operations",
                    unit="ops",
                    stacked=True,
                    targets=[rate("cache_operations_total", "alias, operation, result")],
                ),
                Panel(
                    title="Duration of an operation, 95th percentile",
                    unit="s",
                    targets=[
                        quantile(0.95, "cache_operation_duration_seconds", "alias, operation")
                    ],
                ),
                Panel(
                    title="Errors of the cache",
                    unit="cps",
                    targets=[rate("cache_operations_total", "alias", matchers='result="error"')],
                ),
            ],
        ),
        Row(
            title="Response cache of mkt-core",
            panels=[
                Panel(
                    title="Responses by what the cache had",
                    unit="reqps",
                    stacked=True,
                    targets=[rate("mkt_core_response_cache_lookups_total", "state")],
                ),
                Panel(
                    title="Cache servers that did not answer",
                    unit="cps",
                    targets=[rate("mkt_core_cache_failures_total", "cache")],
                ),
            ],
        ),
    ],
)

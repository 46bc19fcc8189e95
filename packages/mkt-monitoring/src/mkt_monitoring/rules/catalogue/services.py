"""Alerts about what the site rests on: database, cache, tasks."""

from __future__ import annotations

from ..model import Alert, Record

RECORDS = (
    Record(
        name="mkt:cache_lookups:rate15m",
        expr="sum by (job, site, alias)"
        ' (rate(cache_operations_total{<site>, result=~"hit|miss"}[15m]))',
    ),
    Record(
        name="mkt:cache_hits:ratio_rate15m",
        expr="(sum by (job, site, alias)"
        ' (rate(cache_operations_total{<site>, result="hit"}[15m]))'
        " or 0 * mkt:cache_lookups:rate15m{<site>}) / (mkt:cache_lookups:rate15m{<site>} > 0)",
    ),
)

ALERTS = (
    Alert(
        name="MktDatabaseErrors",
        expr="sum by (job, site, alias, error)"
        ' (rate(db_query_errors_total{<site>, error!="IntegrityError"}[5m])) > <threshold>',
        threshold=0.02,
        unit="errors a second; IntegrityError is part of get_or_create",
        summary="Queries to the database {{ $labels.alias }} fail",
        description="{{ $value | humanize }} queries a second end with {{ $labels.error }}.",
    ),
    Alert(
        name="MktDatabasePoolWaiting",
        expr="sum by (job, site, instance, alias) (db_pool_waiting{<site>}) > <threshold>",
        threshold=0,
        unit="requests that wait for a connection",
        summary="Requests wait for a connection to {{ $labels.alias }}",
        description="{{ $value | humanize }} requests of {{ $labels.instance }} wait because the pool is used up.",
    ),
    Alert(
        name="MktMigrationsUnapplied",
        expr="max by (job, site, alias) (django_migrations_unapplied{<site>}) > <threshold>",
        threshold=0,
        unit="migrations",
        lasting="15m",
        summary="The database {{ $labels.alias }} lacks migrations",
        description="{{ $value | humanize }} migrations of the code that runs are not applied.",
    ),
    Alert(
        name="MktCacheHitDrop",
        expr="mkt:cache_hits:ratio_rate15m{<site>}"
        " < <threshold> * avg_over_time(mkt:cache_hits:ratio_rate15m{<site>}[1h] offset 1d)"
        " and mkt:cache_lookups:rate15m{<site>} > 1",
        threshold=0.7,
        unit="times the share of hits of a day before; at least 1 lookup a second",
        lasting="15m",
        summary="The cache {{ $labels.alias }} finds less than a day ago",
        description="{{ $value | humanizePercentage }} of the lookups find something.",
    ),
    Alert(
        name="MktCacheErrors",
        expr="sum by (job, site, alias)"
        ' (rate(cache_operations_total{<site>, result="error"}[5m])) > <threshold>',
        threshold=0.05,
        unit="errors a second",
        summary="The cache {{ $labels.alias }} fails",
        description="{{ $value | humanize }} operations a second fail; pages are rendered without it.",
    ),
    Alert(
        name="MktTaskFailures",
        expr="sum by (job, site, task)"
        ' (increase(task_finished_total{<site>, status="failed"}[30m])) > <threshold>'
        " and sum by (job, site, task)"
        ' (increase(task_finished_total{<site>, status="failed"}[30m]))'
        " > 0.05 * sum by (job, site, task) (increase(task_finished_total{<site>}[30m]))",
        threshold=3,
        unit="failures of a task in 30 minutes; more than 5 % of its runs",
        summary="{{ $labels.task }} fails",
        description="{{ $value | humanize }} runs of {{ $labels.task }} failed within 30 minutes.",
    ),
    Alert(
        name="MktTaskBacklogOld",
        expr="max by (job, site) (task_backlog_age_seconds{<site>}) > <threshold>",
        threshold=900,
        unit="seconds",
        summary="Tasks are not run",
        description="The oldest task has waited for {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="MktTaskBacklogLarge",
        expr="max by (job, site, queue, backend) (task_backlog{<site>}) > <threshold>",
        threshold=1000,
        unit="tasks",
        lasting="15m",
        summary="The queue {{ $labels.queue }} is long",
        description="{{ $value | humanize }} tasks wait in {{ $labels.queue }}.",
    ),
)

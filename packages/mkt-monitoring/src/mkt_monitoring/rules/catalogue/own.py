"""Alerts about the monitoring itself: what it loses, and what it costs."""

from __future__ import annotations

from ..model import Alert

ALERTS = (
    Alert(
        name="MktObservationsDropped",
        expr="sum by (job, site, reason)"
        " (increase(mkt_monitoring_observations_dropped_total{<site>}[15m])) > <threshold>",
        threshold=0,
        unit="observations in 15 minutes",
        summary="Measurements are lost: {{ $labels.reason }}",
        description="{{ $value | humanize }} observations were not counted within 15 minutes.",
    ),
    Alert(
        name="MktEventsDropped",
        expr="sum by (job, site, reason)"
        " (increase(mkt_events_dropped_total{<site>}[15m])) > <threshold>",
        threshold=0,
        unit="events in 15 minutes",
        summary="Events are lost: {{ $labels.reason }}",
        description="{{ $value | humanize }} tracked events were not stored within 15 minutes.",
    ),
    Alert(
        name="MktMultiprocessFiles",
        expr="max by (job, site, instance) (mkt_monitoring_multiprocess_files{<site>})"
        " > <threshold>",
        threshold=200,
        unit="files",
        lasting="15m",
        summary="Files of dead workers pile up at {{ $labels.instance }}",
        description="PROMETHEUS_MULTIPROC_DIR holds {{ $value | humanize }} files; each makes a scrape slower.",
    ),
    Alert(
        name="MktScrapeSlow",
        expr="max by (job, site, instance) (scrape_duration_seconds{<site>}) > <threshold>",
        threshold=3,
        unit="seconds",
        lasting="15m",
        summary="/metrics of {{ $labels.instance }} is slow",
        description="A scrape takes {{ $value | humanizeDuration }}; at 10 s Prometheus gives up.",
    ),
    Alert(
        name="MktSeriesRefused",
        expr="sum by (job, site, metric)"
        " (increase(mkt_monitoring_series_refused_total{<site>}[15m])) > <threshold>",
        threshold=0,
        unit="observations in 15 minutes",
        lasting="15m",
        summary="{{ $labels.metric }} has reached its limit of series",
        description="{{ $value | humanize }} observations were counted as overflow within 15 minutes.",
    ),
    Alert(
        name="MktCollectorFailing",
        expr="max by (job, site, collector) (mkt_monitoring_collector_success{<site>}) < 1",
        lasting="15m",
        summary="The collector {{ $labels.collector }} fails",
        description="Its metrics are missing, and so are the alerts that rest on them.",
    ),
)

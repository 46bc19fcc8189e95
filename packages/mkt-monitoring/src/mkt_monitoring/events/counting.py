"""What becomes of events, as metrics: received = stored + excluded + dropped + what still waits."""

from __future__ import annotations

from ..registry import counter, histogram

received = counter("mkt_events_received_total", "Events told to track() or record().")
stored = counter("mkt_events_stored_total", "Events handed to the sink.", ["sink"])
#: Reasons: "overflow", "shed" (buffer full, for high and lower priorities), "invalid", "refused" (by the sink),
#: "exit" (the process ended and the sink was away).
dropped = counter("mkt_events_dropped_total", "Events that were lost, by reason.", ["reason"])
#: Reasons: those of ``privacy.exclusion_of``.
excluded = counter("mkt_events_excluded_total", "Events left out on purpose.", ["reason"])
sink_failures = counter("mkt_events_sink_failures_total", "Batches to be tried again.", ["sink"])
flush_seconds = histogram(
    "mkt_events_flush_seconds", "Duration of writing one batch.", buckets=(0.005, 0.05, 0.5, 5.0)
)
consumed = counter("mkt_events_consumed_total", "Events moved from the stream to the tables.")
#: Results: "told", or "lost" after the last attempt.
forwarded = counter(
    "mkt_events_forwarded_total",
    "Events told to other services, by result.",
    ["service", "result"],
)

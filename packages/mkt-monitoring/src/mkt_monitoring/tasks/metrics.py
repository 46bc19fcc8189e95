"""What is counted of tasks, whichever queue they go through."""

from __future__ import annotations

from ..registry import counter, histogram

TASK_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
WAIT_BUCKETS = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0)

enqueued = counter("task_enqueued_total", "Tasks enqueued.", ["task", "queue"])
started = counter("task_started_total", "Tasks started.", ["task", "queue"])
finished = counter("task_finished_total", "Tasks finished.", ["task", "queue", "status"])
durations = histogram("task_duration_seconds", "Run time of tasks.", ["task"], buckets=TASK_BUCKETS)
waits = histogram(
    "task_wait_seconds", "From when tasks are due to their start.", ["queue"], buckets=WAIT_BUCKETS
)

SUCCESSFUL, FAILED = "successful", "failed"

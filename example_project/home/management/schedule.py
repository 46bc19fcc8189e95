"""What a site does by the clock: the jobs, and the loop that runs them where there is no cron."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.core.management import call_command
from django.db import close_old_connections

logger = logging.getLogger(__name__)
MINUTE, HOUR = 60.0, 3600.0


@dataclass
class Job:
    """A management command, and how often it is run."""

    command: Sequence[str]
    every_seconds: float
    due_at: float = field(default=0.0)


def jobs() -> list[Job]:
    """All of them, due at once. Each does no harm if it also runs elsewhere."""
    found = [
        Job(["publish_scheduled"], MINUTE),
        Job(["mkt_events_rollup"], MINUTE),
        Job(["mkt_alerts_run"], MINUTE),
        Job(["mkt_api_webhooks", "deliver"], MINUTE / 4),
        Job(["requeue_tasks"], MINUTE),
        Job(["mkt_events_prune"], HOUR),
        Job(["mkt_api_webhooks", "prune"], 24 * HOUR),
    ]
    if apps.is_installed("django_tasks_db"):
        # Results that nobody has asked for in two weeks.
        found.append(Job(["prune_db_task_results"], 24 * HOUR))
    return found


def run_due(waiting: Sequence[Job], now: Callable[[], float] = time.monotonic) -> None:
    """Run what is due, one after the other. One that fails is logged and tried again when it is due next."""
    for job in waiting:
        if (started := now()) < job.due_at:
            continue
        job.due_at = started + job.every_seconds
        # A database that was restarted meanwhile is connected to anew.
        close_old_connections()
        try:
            call_command(*job.command, verbosity=0)
        except (Exception, SystemExit):
            # The other jobs have nothing to do with it.
            logger.exception("The scheduled command failed: %s", " ".join(job.command))
        finally:
            close_old_connections()

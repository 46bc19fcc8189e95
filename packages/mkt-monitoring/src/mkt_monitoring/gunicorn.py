"""Hooks for ``gunicorn.conf.py``: ``from mkt_monitoring.gunicorn import *``, or those that are wanted by name.

``child_exit`` and ``on_starting`` run in gunicorn's master process, where Django is not set up.
"""

from __future__ import annotations

from typing import Any

from .multiprocess.archive import merge_dead, start_afresh
from .multiprocess.files import multiprocess_directory

__all__ = ["child_exit", "on_starting", "post_worker_init", "worker_exit"]


def on_starting(server: Any) -> None:
    """Make the directory of the metrics, and forget what an earlier server left in it."""
    directory = multiprocess_directory()
    if directory is None:
        server.log.warning(
            "PROMETHEUS_MULTIPROC_DIR is not set: each worker counts for itself, a scrape shows one of them."
        )
        return
    try:
        start_afresh(directory)
    except OSError as error:
        # The site is worth more than its metrics.
        server.log.error("The directory of the metrics cannot be used: %s", error)


def child_exit(server: Any, worker: Any) -> None:
    """Fold the numbers of the worker that has gone, and of any whose end was missed, into the archive."""
    if directory := multiprocess_directory():
        merge_dead(directory)


def post_worker_init(worker: Any) -> None:
    """Open the port of the metrics, if the site has ``MKT_MONITORING["METRICS_PORT"]``. The application is loaded."""
    try:
        from .metrics_server import start

        start()
    except Exception:
        # The site is worth more than its metrics.
        worker.log.exception("The metrics have no port of their own.")


def worker_exit(server: Any, worker: Any) -> None:
    """Write the events that still wait in this worker. Runs in it, when all of its requests are answered."""
    try:
        from .events import buffer

        buffer.close()
    except Exception:
        # The worker must end in any case.
        worker.log.exception("The last events could not be written.")

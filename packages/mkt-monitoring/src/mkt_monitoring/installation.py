"""Connect everything that is measured."""

from __future__ import annotations

from . import mail, mkt_core_metrics, outgoing
from .cache import operations
from .database import measuring as queries
from .database import migrations
from .events import collecting
from .http import measuring as requests
from .tasks import backlog, celery_handlers, signal_handlers
from .wagtail import installation as wagtail

#: Those without an ``install`` only have collectors, which are there once they are imported.
COLLECTORS = (migrations, backlog, collecting)


def install() -> None:
    """Called once, when all apps are ready. Opens no connection and makes no query."""
    for part in (
        *(requests, queries, operations, mail, outgoing),
        *(signal_handlers, celery_handlers, wagtail, mkt_core_metrics),
    ):
        part.install()

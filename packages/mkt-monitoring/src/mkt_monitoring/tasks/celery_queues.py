"""How long Celery's queues are. Celery is not imported for it: a site that uses it has done so before Django is up."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

#: The header in which each message says when it was put into its queue (seconds since 1970).
ENQUEUED_AT = "mkt_enqueued_at"
#: So long a broker that does not answer may hold a scrape up.
SECONDS = 2.0


def application() -> Any:
    """The site's Celery application; None if it has none, or one without a broker."""
    if "celery" not in sys.modules:
        return None
    from celery import _state

    app = _state.default_app
    return app if app is not None and app.conf.broker_url else None


def waiting() -> Iterator[tuple[str, int, float | None]]:
    """Queue, messages in it, and the age of the oldest in seconds (only Redis shows it without taking it away).

    Raises:
        Exception: whatever the broker's client raises when the broker is gone.
    """
    app = application()
    if app is None:
        return
    timeouts = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
    with app.connection_for_read(transport_options=timeouts, connect_timeout=SECONDS) as connection:
        connection.ensure_connection(max_retries=1, timeout=SECONDS)
        for queue in app.amqp.queues:
            # A question about a queue that there is not costs the channel.
            with connection.channel() as channel:
                yield queue, _length(connection, channel, queue), _oldest_seconds(channel, queue)


def _length(connection: Any, channel: Any, queue: str) -> int:
    with suppress(connection.channel_errors):
        return int(channel.queue_declare(queue=queue, passive=True).message_count)
    # Nobody has put anything into it yet, or (Redis) all of it was taken out again.
    return 0


def _oldest_seconds(channel: Any, queue: str) -> float | None:
    look = getattr(getattr(channel, "client", None), "lindex", None)
    message: Any = look(queue, -1) if look else None
    with suppress(KeyError, TypeError, ValueError):
        return max(0.0, time.time() - float(json.loads(message)["headers"][ENQUEUED_AT]))
    return None

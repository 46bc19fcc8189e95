"""What an event costs: telling it in the request, storing it, and moving it from the Redis stream to the tables.

    python scripts/services.py run -- python benchmarks/monitoring_events.py [--events 20000] [--rounds 15]

CPU time of this process, so that a busy machine disturbs little; what PostgreSQL and Redis do is in the wall time. The
telling is compared with an insert by the ORM, round by round in turn, and its median is taken. Events per second are
those of one consumer, from the stream until they are acknowledged, counts by minute included.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "packages" / "mkt-monitoring"))

TARGET_MICROSECONDS, TARGET_PER_SECOND = 5, 5000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def configure(database: str, redis: str) -> None:
    import django
    from django.conf import settings
    from tests.settings import database as parsed

    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": parsed(database)},
        INSTALLED_APPS=["mkt_monitoring", "django.contrib.contenttypes"],
        LOGGING_CONFIG=None,
        MKT_MONITORING={
            "EVENTS": {
                "BACKGROUND": False,
                "BUFFER_SIZE": 10_000_000,
                "SINK": "redis",
                "SINK_OPTIONS": {"URL": redis, "STREAM": f"bench:{os.getpid()}"},
            }
        },
        SECRET_KEY="benchmark",
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def microseconds(run: Callable[[], object], count: int) -> float:
    started = process_time()
    for _ in range(count):
        run()
    return (process_time() - started) / count * 1e6


def measure_telling(rounds: int) -> None:
    from django.test import RequestFactory

    from mkt_monitoring.events import buffer
    from mkt_monitoring.events.tracking import track
    from mkt_monitoring.models import PendingEvent

    request = RequestFactory().get(
        "/blog/post/?utm_source=mail",
        HTTP_USER_AGENT=BROWSER,
        HTTP_HOST="example.org",
        HTTP_REFERER="https://www.google.com/",
        HTTP_ACCEPT="text/html",
    )
    told, inserted = [], []
    for _ in range(rounds):
        told.append(microseconds(lambda: track("page_view", request), 5000))
        buffer.discard()
        inserted.append(microseconds(lambda: PendingEvent.objects.create(payload=[]), 100))
    PendingEvent.objects.all().delete()
    cost = statistics.median(told)
    print(f"track() in the request   {cost:8.2f} µs   (target {TARGET_MICROSECONDS})")
    print(f"an insert by the ORM     {statistics.median(inserted):8.2f} µs")


def tell(count: int) -> None:
    """Page views as they come: some pages are read much more than others, each visitor reads a few."""
    from mkt_monitoring.events.event import Event
    from mkt_monitoring.events.recording import record

    chance = random.Random(1)
    for _ in range(count):
        page = int(chance.paretovariate(0.8)) % 500
        record(
            Event(
                name="page_view",
                site_id=1,
                path=f"/blog/post-{page}/",
                page_id=page + 1,
                referrer_group=chance.choice(["direct", "Google", "internal", "example.com"]),
                device=chance.choice(["mobile", "desktop"]),
                country=chance.choice(["DE", "FR", "US", "GB", "PL"]),
                visitor=f"{chance.randrange(count // 3 + 1):032x}",
            )
        )


def measure_moving(count: int) -> None:
    from mkt_monitoring.events import buffer
    from mkt_monitoring.events.consuming import Consumer
    from mkt_monitoring.events.sinks.choosing import current_sink
    from mkt_monitoring.events.storage.store import store
    from mkt_monitoring.models import Event

    sink = current_sink()
    tell(count)
    cpu, wall = process_time(), perf_counter()
    assert buffer.flush()
    show("flush to the stream", count, process_time() - cpu, perf_counter() - wall)

    consumer = Consumer(sink)
    consumer.step(0.01)
    left = count - Event.objects.count()
    cpu, wall = process_time(), perf_counter()
    while consumer.step(0.01):
        pass
    show("consume", left, process_time() - cpu, perf_counter() - wall)
    assert Event.objects.count() == count
    sink.client.delete(sink.stream)

    tell(count)
    buffer._buffer._resolve()
    rows = buffer._buffer._rows
    cpu, wall = process_time(), perf_counter()
    store(rows)
    show("store directly", len(rows), process_time() - cpu, perf_counter() - wall)
    buffer.discard()


def show(what: str, count: int, cpu: float, wall: float) -> None:
    print(
        f"{what:<22} {count:7d} events  {cpu / count * 1e6:7.1f} µs CPU each"
        f"  {count / wall:9.0f} per second   (target for the consumer {TARGET_PER_SECOND})"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    database, redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not database or not redis:
        print("DATABASE_URL and REDIS_URL are needed: see scripts/services.py", file=sys.stderr)
        return 2
    configure(database, redis)
    measure_telling(options.rounds)
    measure_moving(options.events)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What the dashboard "Now" costs a site with ten million raw events on PostgreSQL.

    python benchmarks/monitoring_now.py [--events 10000000] [--rounds 31]

Half of the events are of the last 24 hours, the others of the 29 days before, each in the partition of its day; they
are written by COPY to a PostgreSQL of the benchmark's own, whose data (some 4 GB) is in a temporary folder and removed
in the end. Four processes have answered requests on 20 routes for half an hour, with ten slow statements. Measured is
the view that the page asks every five seconds, template and log-in included: CPU time of the process (the median of the
rounds), queries, and the time of the queries. "first" is a process that has just started, "each" one that has answered
before. Filling takes a while, so that the clock of the dashboard is stopped at its beginning. PostgreSQL is asked for
the plan of each query: none may read a partition of the raw events from beginning to end.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "packages" / "mkt-monitoring")]
TARGET_MILLISECONDS, TARGET_QUERIES = 30, 6
DAYS, ROUTES, WORKERS = 30, 20, 4
URL = "/admin/reports/monitoring/figures/"


def configure(url: str) -> None:
    import django
    from django.conf import settings
    from tests import settings as given
    from tests.settings import database

    kept = {name: getattr(given, name) for name in dir(given) if name.isupper()}
    settings.configure(
        **kept
        | {
            "DATABASES": {"default": database(url)},
            "INSTALLED_APPS": [*given.INSTALLED_APPS, "django.contrib.postgres"],
            "LOGGING_CONFIG": None,
            "TIME_ZONE": "UTC",
            "ALLOWED_HOSTS": ["*"],
            "MKT_MONITORING": {"EVENTS": {"BACKGROUND": False}, "REQUESTS_NOW": False},
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        }
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def moments(now: datetime, count: int) -> Iterator[tuple[datetime, list[float]]]:
    """A day and seconds in it: half of them are of the last 24 hours, the rest of the days before."""
    choose = random.Random(1).random
    for day in range(DAYS):
        number = count // 2 if day == 0 else count // 2 // (DAYS - 1)
        end = now - timedelta(days=day)
        seconds = [end.timestamp() - choose() * 86_400 for _ in range(number)]
        yield end, seconds


def fill(count: int, now: datetime) -> None:
    """The raw events, and their counts by minute of the last hours."""
    from django.db import connection

    from mkt_monitoring.events.storage import postgresql
    from mkt_monitoring.models import Event

    days = [(now - timedelta(days=n)).date().isoformat() for n in range(DAYS + 2)]
    postgresql.ensure_partitions(connection, days)
    started, number = perf_counter(), 0
    for _, seconds in moments(now, count):
        with connection.cursor() as cursor:
            statement = (
                f"COPY {Event._meta.db_table} (id, day, occurred_at, site_id, name, path, page_id,"
                " referrer_group, utm_campaign, utm_source, utm_medium, country, device, visitor, value, properties)"
                " FROM STDIN"
            )
            with cursor.copy(statement) as target:
                for first in range(0, len(seconds), 10_000):
                    target.write("".join(lines(seconds[first : first + 10_000], number)))
                    number += 10_000
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"SELECT count(*) FROM {Event._meta.db_table}")
        rows = cursor.fetchone()[0]
        cursor.execute(f"SELECT pg_size_pretty(sum(pg_total_relation_size(inhrelid))) FROM pg_inherits"
                       f" WHERE inhparent = '{Event._meta.db_table}'::regclass")  # fmt: skip
        size = cursor.fetchone()[0]
    print(f"{rows:,} events in {len(postgresql.partitions(connection))} partitions, {size}, "
          f"in {perf_counter() - started:.0f} s", flush=True)  # fmt: skip


def lines(seconds: list[float], number: int) -> Iterator[str]:
    """Rows in COPY's text format: a fourth of all are quiet ones, visitors look at some eight pages."""
    choose = random.Random(number)
    for position, moment in enumerate(seconds, number):
        when = datetime.fromtimestamp(moment, UTC).isoformat()
        name = ("page_view", "page_view", "page_view", "web_vital")[position % 4]
        page = int(choose.random() ** 3 * 500)
        visitor = int(moment // 600) * 10_000_019 + choose.randrange(4000)
        yield (
            f"{int(moment * 1000):012x}7000{position:016x}\t{when[:10]}\t{when}\t1\t{name}\t/page-{page}/\t{page}"
            f"\tdirect\t\t\t\t\tdesktop\t{visitor:032x}\t\\N\t{{}}\n"
        )


def fill_minutes(now: datetime) -> None:
    """What is counted by minute: events by page, and requests as four processes have written them."""
    from mkt_monitoring.models import EventMinute
    from mkt_monitoring.requests_now.flushing import Minutes, write
    from mkt_monitoring.requests_now.queries import SlowQuery
    from mkt_monitoring.requests_now.recording import Noted

    current = now.replace(second=0, microsecond=0)
    rows = []
    for ago in range(6 * 60):
        start = current - timedelta(minutes=ago)
        rows.append(EventMinute(start=start, site_id=1, event="page_view", count=2600))
        rows += [
            EventMinute(start=start, site_id=1, event="page_view", dimension="page", value=f"/page-{page}/", count=26)
            for page in range(100)
        ]  # fmt: skip
    EventMinute.objects.bulk_create(rows, batch_size=5000)
    choose = random.Random(2)
    for _worker in range(WORKERS):
        minutes = Minutes()
        for number in range(20_000):
            ended = now.timestamp() - number % 1800
            minutes.add(Noted(ended, f"/route-{number % ROUTES}/", 2, choose.expovariate(20)))
        for number in range(300):
            statement = f"SELECT * FROM table_{number % 10}"
            minutes.add_query(SlowQuery(now.timestamp() - number % 300, "default", statement, 0.1))
        write(minutes.rows())


def client() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    user = get_user_model().objects.create_superuser("watcher", "w@example.com", "x")
    found = Client(headers={"host": "localhost"})
    found.force_login(user)
    return found


def forget() -> None:
    """What a process has kept of the minutes."""
    from mkt_monitoring.requests_now import figures

    figures._site._found.clear()
    figures._routes._found.clear()


def measure(rounds: int) -> bool:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client()
    for _ in range(3):
        assert browser.get(URL).status_code == 200
    found: dict[str, list[float]] = {"first": [], "each": []}
    waited = []
    for _ in range(rounds):
        for name in found:
            if name == "first":
                forget()
            started, begun = process_time(), perf_counter()
            browser.get(URL)
            found[name].append((process_time() - started) * 1000)
            if name == "each":
                waited.append((perf_counter() - begun) * 1000)
    forget()
    with CaptureQueriesContext(connection) as captured:
        browser.get(URL)
    own = [one["sql"] for one in captured if "mkt_monitoring_" in one["sql"]]
    each = statistics.median(found["each"])
    print(f'"Now": {each:.1f} ms CPU each, {statistics.median(found["first"]):.1f} ms first, '
          f"{statistics.median(waited):.1f} ms in all; {len(own)} queries for the figures, "
          f"{len(captured) - len(own)} for the session and the user")  # fmt: skip
    print(f"target: {TARGET_MILLISECONDS} ms CPU, {TARGET_QUERIES} queries")
    scans = [scan for sql in own for scan in explain(sql)]
    return each <= TARGET_MILLISECONDS and len(own) <= TARGET_QUERIES and not scans


def explain(sql: str) -> list[str]:
    """Print what PostgreSQL does for a query; the partitions of raw events that it reads from beginning to end."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (answer,) = cursor.fetchone()
    (plan,) = json.loads(answer) if isinstance(answer, str) else answer
    nodes = list(walk(plan["Plan"]))
    read = [
        f"{node['Node Type']} {node['Relation Name']} ({node['Actual Rows']} rows)"
        for node in nodes
        if "Relation Name" in node and node["Actual Loops"]
    ]
    print(f"  {plan['Execution Time']:7.1f} ms  {', '.join(read)}")
    return [one for one in read if one.startswith("Seq Scan mkt_monitoring_event_")]


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from walk(below)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=31)
    options = parser.parse_args()
    import services
    from django.utils import timezone

    with services.running({}, services=[services.POSTGRESQL], template=False) as variables:
        configure(variables["DATABASE_URL"])
        now = datetime.now(UTC)
        fill(options.events, now)
        fill_minutes(now)
        timezone.now = lambda: now
        return 0 if measure(options.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What each tier of the reference deployment does at a multiple of a load: the numbers of docs/explanation/scaling.md.

    python benchmarks/scaling_model.py [--load 1 10 100 1000] [--markdown]

The input is what was measured on one machine (``MEASURED``: seconds of CPU for each kind of answer, bytes of an answer
and of an event) and a mix of visitors (``Mix``). From these follow, for each load, how many cores, processes and
machines each tier needs, by three rules:

- a tier is given so many cores that it is busy for at most ``BUSY`` of the time at the peak;
- the share of requests that a cache answers follows from how often a page is asked for between two changes: a page
  asked for ``rate`` times per second, kept for ``seconds``, misses once for ``1 + rate * seconds`` requests. Pages are
  asked for by Zipf's law with exponent ``zipf``;
- writes cannot be shared out: what the primary does grows with editors and with events, not with the caches.

How long visitors wait follows from ``wait()``, the M/M/c queue of Erlang. A simulation of the same queue, request by
request, is in the tests, so that formula and simulation check each other.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Of the time that a core may be busy at the peak; beyond it, waiting grows faster than load.
BUSY = 0.6
CORES_PER_MACHINE = 8
#: Of a core with its memory, for a month, in whatever currency: put in what yours costs.
PRICE_PER_CORE = 12.0
LOADS = (1, 10, 100, 1000)
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Costs:
    """Seconds of CPU for one answer, in all processes of the tier; bytes of what is kept.

    Measured by ``benchmarks/stack.py --whole``, on a machine of two cores that was busy with other work: caches of the
    processor are shared then, and the same work takes more of its time. So these are upper bounds; put in your own.
    """

    nginx_hit_seconds: float = 0.00016
    nginx_pass_seconds: float = 0.00066
    cached_seconds: float = 0.0036
    rendered_seconds: float = 0.172
    database_per_render_seconds: float = 0.028
    redis_per_request_seconds: float = 0.0002
    # Assumed: as much as a page that is kept.
    event_seconds: float = 0.0036
    event_bytes: int = 200
    page_bytes: int = 12_000
    entry_bytes: int = 30_000
    #: Of a worker of gunicorn, after ten minutes: tests/stack/test_soak.py.
    worker_bytes: int = 150_000_000


@dataclass(frozen=True)
class Mix:
    """The visitors of load 1; ``requests_per_second`` is the peak."""

    requests_per_second: float = 20.0
    #: Requests by editors, logged-in visitors and previews: no cache answers these.
    personal_share: float = 0.02
    #: Requests to the API and searches that are different each time.
    unique_share: float = 0.03
    #: Page views that the browser tells of.
    events_share: float = 0.4
    pages: int = 2_000
    zipf: float = 1.0
    #: Between two changes that touch a page, on average over all.
    changed_every_seconds: float = 1_800.0
    #: Of a day's average rate in the peak.
    peak_to_average: float = 4.0
    #: How long nginx keeps a page (CACHE_PROXY_SECONDS).
    proxy_seconds: float = 1.0
    #: Of cacheable requests that a CDN answers, where there is one.
    cdn_share: float = 0.0


MEASURED = Costs()


@dataclass(frozen=True)
class Tiers:
    """What one load takes."""

    load: float
    requests_per_second: float
    proxy_hits: float
    site_hits: float
    renders: float
    proxy_cores: float
    site_cores: float
    database_cores: float
    redis_cores: float
    events_per_second: float
    events_bytes_per_day: float
    cache_bytes: float
    bits_per_second: float

    @property
    def site_processes(self) -> int:
        """Workers of gunicorn: one for each core, and two at least, so that one may die."""
        return max(2, math.ceil(self.site_cores))

    @property
    def cores(self) -> float:
        """Of all tiers, each with two machines at least of one core."""
        each = (self.proxy_cores, self.site_cores, self.database_cores, self.redis_cores)
        return sum(max(2.0, math.ceil(number)) for number in each)

    @property
    def machines(self) -> int:
        """For nginx and the site together; two at least."""
        return max(2, math.ceil((self.proxy_cores + self.site_cores) / CORES_PER_MACHINE))


def popularity(pages: int, exponent: float) -> list[float]:
    """The share of requests for each page, the most wanted first; they add up to 1.

    Raises:
        ValueError: there are no pages.
    """
    if pages < 1:
        raise ValueError("There must be one page at least.")
    weights = [1 / (rank**exponent) for rank in range(1, pages + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def miss_rate(rates: Iterable[float], seconds: float) -> float:
    """Misses per second of a cache that keeps each page for ``seconds`` after it was fetched.

    One miss begins each time that a page is kept, and ends with ``rate * seconds`` hits on average.
    """
    return sum(rate / (1 + rate * seconds) for rate in rates)


def tiers(load: float, mix: Mix, costs: Costs = MEASURED) -> Tiers:
    """What ``load`` times the visitors of ``mix`` take.

    Raises:
        ValueError: the load or a share is not one.
    """
    shares = (mix.personal_share, mix.unique_share, mix.cdn_share)
    if load <= 0 or not all(0 <= share <= 1 for share in shares) or sum(shares[:2]) > 1:
        raise ValueError("The load must be above 0, and shares from 0 to 1.")
    total = mix.requests_per_second * load
    uncacheable = total * (mix.personal_share + mix.unique_share)
    cacheable = (total - uncacheable) * (1 - mix.cdn_share)
    rates = [cacheable * share for share in popularity(mix.pages, mix.zipf)]
    passed = miss_rate(rates, mix.proxy_seconds)
    # Renders do not depend on nginx: whoever asks it first, the site's own cache is asked in the end.
    rendered = min(passed, miss_rate(rates, mix.changed_every_seconds))
    renders = rendered + uncacheable
    site_hits = passed - rendered
    arriving = cacheable + uncacheable
    events = total * mix.events_share
    proxy = (cacheable - passed) * costs.nginx_hit_seconds + (
        passed + uncacheable + events
    ) * costs.nginx_pass_seconds
    site = (
        site_hits * costs.cached_seconds
        + renders * costs.rendered_seconds
        + events * costs.event_seconds
    )
    return Tiers(
        load=load,
        requests_per_second=total,
        proxy_hits=(cacheable - passed) / arriving,
        site_hits=site_hits / arriving,
        renders=renders,
        proxy_cores=proxy / BUSY,
        site_cores=site / BUSY,
        database_cores=renders * costs.database_per_render_seconds / BUSY,
        redis_cores=(passed + uncacheable + events) * costs.redis_per_request_seconds / BUSY,
        events_per_second=events,
        events_bytes_per_day=events / mix.peak_to_average * DAY_SECONDS * costs.event_bytes,
        cache_bytes=mix.pages * costs.entry_bytes,
        bits_per_second=arriving * costs.page_bytes * 8,
    )


def wait(rate: float, seconds: float, servers: int) -> float:
    """How long a request waits for a server on average, in seconds (Erlang's C); infinite if they are too few.

    Requests come at random, ``rate`` per second, and take ``seconds`` each on average.

    Raises:
        ValueError: there is no server.
    """
    if servers < 1:
        raise ValueError("There must be one server at least.")
    offered = rate * seconds
    if offered >= servers:
        return math.inf
    # By recurrence from Erlang's B, which does not overflow.
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    used = offered / servers
    waiting = blocked / (1 - used + used * blocked)
    return waiting * seconds / (servers - offered)


def render_wait(found: Tiers, costs: Costs = MEASURED) -> float:
    """How long a page that must be rendered waits for a core on average, in seconds."""
    busy = found.site_cores * BUSY
    mean = busy / max(found.renders, 1e-9)
    return wait(found.renders, mean, found.site_processes)


def rows(loads: Sequence[float], mix: Mix) -> list[list[str]]:
    """The table of the paper, its head first."""
    found = [tiers(load, mix) for load in loads]
    worker_bytes = MEASURED.worker_bytes
    lines: list[tuple[str, list[str]]] = [
        ("requests/s at the peak", [f"{one.requests_per_second:,.0f}" for one in found]),
        ("answered by nginx", [f"{one.proxy_hits:.0%}" for one in found]),
        ("answered by the response cache", [f"{one.site_hits:.0%}" for one in found]),
        ("rendered per second", [f"{one.renders:,.1f}" for one in found]),
        ("cores for nginx", [cores(one.proxy_cores) for one in found]),
        ("cores for the site", [cores(one.site_cores) for one in found]),
        ("workers of gunicorn", [f"{one.site_processes:,}" for one in found]),
        ("machines for both", [f"{one.machines:,}" for one in found]),
        ("cores for PostgreSQL (reads)", [cores(one.database_cores) for one in found]),
        ("cores for Redis", [cores(one.redis_cores) for one in found]),
        ("events/s at the peak", [f"{one.events_per_second:,.0f}" for one in found]),
        ("events per day", [size(one.events_bytes_per_day) for one in found]),
        ("Mbit/s from nginx", [f"{one.bits_per_second / 1e6:,.0f}" for one in found]),
        ("wait before a render", [f"{render_wait(one) * 1000:.0f} ms" for one in found]),
        ("memory of the workers", [size(one.site_processes * worker_bytes) for one in found]),
        ("kept pages in Redis", [size(one.cache_bytes) for one in found]),
        ("cores in all, two of each at least", [f"{one.cores:,.0f}" for one in found]),
        (
            f"a month at {PRICE_PER_CORE:.0f} for a core",
            [f"{one.cores * PRICE_PER_CORE:,.0f}" for one in found],
        ),
    ]
    return [["", *(f"{load:,.0f}×" for load in loads)], *([name, *cells] for name, cells in lines)]


def cores(number: float) -> str:
    return f"{number:.2f}" if number < 1 else f"{number:,.1f}"


def size(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:,.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"


def markdown(table: list[list[str]]) -> str:
    head, *rest = [f"| {' | '.join(cells)} |" for cells in table]
    rule = "|---" + "|---:" * (len(table[0]) - 1) + "|"
    return "\n".join([head, rule, *rest])


def plain(table: list[list[str]]) -> str:
    return "\n".join(
        f"{cells[0]:<36}" + "".join(f"{cell:>12}" for cell in cells[1:]) for cells in table
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--load", type=float, nargs="+", default=list(LOADS))
    parser.add_argument("--markdown", action="store_true", help="as the paper has it")
    parser.add_argument("--cdn", type=float, default=0.0, help="share that a CDN answers (0)")
    options = parser.parse_args(arguments)
    try:
        table = rows(options.load, Mix(cdn_share=options.cdn))
    except ValueError as error:
        parser.error(str(error))
    print(markdown(table) if options.markdown else plain(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())

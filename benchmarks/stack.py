#!/usr/bin/env python3
"""Requests per second for a page that anybody may see: from nginx's micro-cache, from the site's cache, rendered.

    python benchmarks/stack.py [--posts 200] [--seconds 5] [--rounds 3] [--connections 8] [--whole [--running FOLDER]]

mkt-blog with mkt-core's response cache, and Puput with wagtail-cache, on the same Wagtail with the same posts (as in
blog.py), each with gunicorn (2 workers of 4 threads, as in deploy/containers/start.sh), databases of its own on one
PostgreSQL and one Redis, and the same five middlewares. wrk asks for the first page of the blog over connections that
stay open, by plain HTTP, so that TLS is not what is measured:

    nginx      nginx answers from the micro-cache of deploy/nginx, as long as the site lets it
    gunicorn   nginx keeps nothing and passes on; the site answers from Redis
    rendered   as before, but the site keeps nothing either

The contenders take turns; medians of the rounds. wrk runs on the same machine and takes its share of it, above all from
nginx.

``--whole`` measures the stack of ``make stack`` as it is instead of the two: TLS, all middlewares, limits, metrics and
logs, PgBouncer and a replica. It is started anew, which takes minutes, or is the one that runs in ``--running``. Beside
requests per second it tells milliseconds of CPU per request in each tier, which are the input of scaling_model.py, and
how long after a change the last of several cached addresses shows it.

wrk and nginx are Debian's: ``python scripts/debian.py wrk nginx-light`` unpacks them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "example_project")]

import _process  # noqa: E402
import blog  # noqa: E402
import debian  # noqa: E402
import services  # noqa: E402

# As a browser, through a proxy that ends TLS.
HEADERS = ("-H", "Accept: text/html", "-H", "X-Forwarded-Proto: https")
LEVELS = ("nginx", "gunicorn", "rendered")
GOALS = {("gunicorn", "rendered"): 30, ("nginx", "gunicorn"): 10}
NAMES = {"mkt": "mkt-blog, response cache", "puput": "Puput, wagtail-cache"}
NGINX = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr error;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000;
  include {folder}/microcache.conf;
{servers}
}}
"""
SERVER = """\
  upstream site_{port} {{ server 127.0.0.1:{upstream}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ include {folder}/{include}; proxy_pass http://site_{port}; }}
  }}
"""


@dataclass
class Site:
    """One contender; ``ports`` has nginx's port for each level."""

    name: str
    path: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    rates: dict[str, list[float]] = field(default_factory=dict)

    def rate(self, level: str) -> float:
        return median(self.rates[level])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--whole", action="store_true", help="measure `make stack` instead")
    parser.add_argument("--running", type=Path, help="with --whole: the folder of a stack")
    options = parser.parse_args()
    try:
        load = Load(options.seconds, options.connections)
        if options.whole:
            return measure_whole(load, options.rounds, options.running)
        return compare(load, options.posts, options.rounds)
    except (debian.MissingProgramError, _process.ServiceError) as error:
        print(error, file=sys.stderr)
        return 1


@dataclass
class Load:
    """wrk with one thread, for so many seconds."""

    seconds: int
    connections: int

    def __post_init__(self) -> None:
        self.program = debian.program("wrk", "wrk")

    def rate(self, url: str) -> float:
        """Requests per second.

        Raises:
            ServiceError: some answers were errors, or there was none.
        """
        command = [self.program.path, "-t1", f"-c{self.connections}", f"-d{self.seconds}s"]
        done = subprocess.run(
            [*command, "--timeout", "30s", *HEADERS, url],
            env=self.program.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
        if not found or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise _process.ServiceError(f"wrk on {url}:\n{done.stdout}{done.stderr}")
        if not (rate := float(found[1])):
            raise _process.ServiceError(f"{url} was answered not once in {self.seconds} s")
        return rate


def compare(load: Load, posts: int, rounds: int) -> int:
    with ExitStack() as stack:
        folder = stack.enter_context(_process.workspace("mkt-stack-bench-"))
        folder.chmod(0o755)
        variables = stack.enter_context(
            services.running({"MKT_REQUIRE_SERVICES": "1"}, template=False)
        )
        os.environ["DATABASE_URL"] = variables["DATABASE_URL"]
        sites = [
            prepared(stack, name, number, posts, folder, variables["REDIS_URL"])
            for number, name in enumerate(NAMES)
        ]
        stack.enter_context(nginx(folder, sites))
        for number in range(rounds + 1):
            # Whoever goes first finds the processor colder; the first round only warms up.
            for site in sites if number % 2 else reversed(sites):
                for level in LEVELS:
                    rate = load.rate(f"http://127.0.0.1:{site.ports[level]}{site.path}")
                    if number:
                        site.rates.setdefault(level, []).append(rate)
    return report(sites)


def prepared(
    stack: ExitStack, name: str, number: int, posts: int, folder: Path, redis: str
) -> Site:
    """A contender with its posts, and a gunicorn with its cache and one without."""
    own = folder / name
    own.mkdir()
    environ = {
        **os.environ,
        "BENCH_FOLDER": str(own),
        "BENCH_SITE": name,
        "DATABASE_URL": blog.database_url(f"stack_{name}"),
        "PYTHONPATH": os.pathsep.join(
            [str(FOLDER), *([str(blog.peer_folder(name))] if name in blog.PEERS else [])]
        ),
        "PYTHONWARNINGS": "ignore",
        # A database of Redis' for each.
        "REDIS_URL": f"{redis.rpartition('/')[0]}/{number + 1}",
    }
    filled = subprocess.run(
        [sys.executable, FOLDER / "stack_site.py", str(posts)],
        env=environ,
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    site = Site(name, path=json.loads(filled.stdout)["index"])
    for is_cached in (True, False):
        port = _process.free_port()
        cached = {**environ, "BENCH_CACHED": str(int(is_cached))}
        stack.enter_context(gunicorn(cached, own, port, site.path))
        for level in ("nginx", "gunicorn") if is_cached else ("rendered",):
            site.ports[level] = port
    return site


@contextmanager
def gunicorn(environ: dict[str, str], folder: Path, port: int, path: str) -> Iterator[None]:
    """One that has answered the request for ``path``."""
    own = folder / f"gunicorn-{port}"
    own.mkdir()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "stack_site:application"]
    command += ["--chdir", str(FOLDER), "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "4", "--log-level", "error"]
    with _process.server(
        command,
        cwd=own,
        env=environ,
        ready=lambda: is_answered(port, path),
        stop_signal=signal.SIGTERM,
        start_seconds=300,
        as_ourselves=True,
    ):
        yield


def is_answered(port: int, path: str) -> bool:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost", "Accept": "text/html"}
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def nginx(folder: Path, sites: list[Site]) -> Iterator[None]:
    """In front of all of them, with the files of deploy/nginx; each site's ``ports`` become nginx's."""
    program = debian.program("nginx", "nginx-light")
    deploy = ROOT / "example_project" / "deploy" / "nginx"
    for name in ("microcache.conf", "microcache_location.conf", "proxy.conf"):
        text = (deploy / name).read_text()
        (folder / name).write_text(text.replace("/var/cache/nginx/mkt", str(folder / "cache")))
    servers = []
    for site in sites:
        for level in LEVELS:
            port = _process.free_port()
            include = "microcache_location.conf" if level == "nginx" else "proxy.conf"
            servers.append(
                SERVER.format(port=port, upstream=site.ports[level], folder=folder, include=include)
            )
            site.ports[level] = port
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(NGINX.format(user=user, folder=folder, servers="".join(servers)))
    first = sites[0].ports["nginx"]
    with _process.server(
        [program.path, "-p", folder, "-c", main, "-e", "stderr"],
        cwd=folder,
        env=program.environment,
        ready=lambda: _process.answers("127.0.0.1", first),
        stop_signal=signal.SIGTERM,
        as_ourselves=True,
    ):
        yield


def measure_whole(load: Load, rounds: int, running: Path | None) -> int:
    """The stack as it is: every address through nginx, or past it to the first gunicorn."""
    from tests.stack.conftest import Stack, running_stack

    title = "Seen through every layer"
    paths = ["/", "/blog/", "/blog/feed/rss/", "/api/v1/posts/?fields=title"]
    with ExitStack() as opened:
        if running:
            stack = Stack(running.resolve(), None)
        else:
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="mkt-bench-")))
            folder.chmod(0o755)
            stack = opened.enter_context(running_stack(folder, _process.free_port()))
        ask = opened.enter_context(stack.editor())
        web = f"http://127.0.0.1:{stack.ports['web_1']}"
        urls = {
            "nginx": f"{stack.site}/blog/",
            "gunicorn": f"{web}/blog/",
            # An argument that the site does not know: the response cache has nothing to do with it.
            "rendered": f"{web}/blog/?unknown=1",
        }
        site, costs = Site("make stack"), {level: Costs() for level in urls}
        for number in range(rounds + 1):
            for level, url in urls.items():
                before = Costs.now(stack)
                rate = load.rate(url)
                if number:
                    site.rates.setdefault(level, []).append(rate)
                    costs[level].add(before, Costs.now(stack), rate * load.seconds)
        for path in paths:
            stack.get(path).close()
        slug = f"seen-through-every-layer-{os.getpid()}"
        ask("publish", title=f"{title} {os.getpid()}", slug=slug)
        shown = stack.shown_after(f"{title} {os.getpid()}", paths, seconds=30)
    status = report([site])
    print(f"\n{'CPU ms per request':<28}" + "".join(f"{level:>12}" for level in urls))
    for tier in Costs.PARTS:
        cells = "".join(f"{costs[level].per_request(tier) * 1000:12.2f}" for level in urls)
        print(f"{tier:<28}{cells}")
    print(f"\na new post is on {len(paths)} cached addresses after {shown:.2f} s (goal: 2 s)")
    return status


@dataclass
class Costs:
    """Seconds of CPU that each tier has taken, and for how many requests."""

    #: The processes of the stack that make a tier, by the names of their files of pids.
    PARTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "nginx": ("nginx",),
        "site": ("web-1", "web-2"),
        "database": ("postgresql", "replica", "pgbouncer"),
        "redis": ("redis",),
    }
    seconds: dict[str, float] = field(default_factory=dict)
    requests: float = 0.0

    @classmethod
    def now(cls, stack: Any) -> Costs:
        from tests.stack.disturbing import pids

        taken = {
            tier: sum(cpu_seconds(pids(stack, name)[1]) for name in names)
            for tier, names in cls.PARTS.items()
        }
        return cls(taken)

    def add(self, before: Costs, after: Costs, requests: float) -> None:
        self.requests += requests
        for tier, seconds in after.seconds.items():
            spent = seconds - before.seconds[tier]
            self.seconds[tier] = self.seconds.get(tier, 0.0) + spent

    def per_request(self, tier: str) -> float:
        return self.seconds[tier] / self.requests


def cpu_seconds(pid: int) -> float:
    """Of a process with all that it has started, as long as that is its child."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = sum(map(int, numbers[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)


def report(sites: list[Site]) -> int:
    print(f"\n{'requests/s':<28}" + "".join(f"{level:>12}" for level in LEVELS))
    for site in sites:
        rates = "".join(f"{site.rate(level):12,.0f}" for level in LEVELS)
        print(f"{NAMES.get(site.name, site.name):<28}{rates}")
    print()
    for site in sites:
        label = NAMES.get(site.name, site.name)
        for (faster, slower), goal in GOALS.items():
            ratio = site.rate(faster) / site.rate(slower)
            verdict = ""
            if site is sites[0]:
                verdict = f" (goal {goal}×: {'reached' if ratio >= goal else 'MISSED'})"
            print(f"{label:<28}{faster} is {ratio:6.1f}× {slower}{verdict}")
    if len(sites) > 1:
        ours, theirs = sites
        shares = ", ".join(f"{one} {ours.rate(one) / theirs.rate(one):.1f}×" for one in LEVELS)
        print(f"\nours : theirs  {shares}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

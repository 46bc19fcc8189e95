#!/usr/bin/env python3
"""What a page of a blog costs: mkt-blog beside Puput, wagtail-roost and django-cast.

    python benchmarks/blog.py [--posts 1000 10000] [--rounds 11] [--only mkt puput roost cast]

Every contender is a site of its own, in a process of its own, on the same Wagtail and with the same content: one post
every six hours, each with a picture (one of 20), two of 10 categories, three of 50 tags, two of 5 authors and about 600
words. Pages of listings show ten posts, where the peer lets one say how many (Puput, mkt-blog). Requests go through the
test client, DEBUG off, templates cached; contenders take turns, request by request. The cache is emptied before each
"cold" request. What the peers have not got is left out: Puput has one author (the page's owner), roost one category
(the section) and no search, django-cast no pages of authors.

For each request: queries cold and warm, median CPU time (``process_time``; on PostgreSQL without the server's) and wall
time with an empty cache, and the ratio of our CPU time to the peer's. With two sizes, which take turns as well: the
growth from the first to the second, with an empty cache and with what the request before has left there, and that of
the number of calls of Python functions, which no other load of the machine disturbs. Ratios hold within one run on one
machine.

SQLite on disk, or a database of its own for each contender on the server of DATABASE_URL:

    python scripts/services.py run -- python benchmarks/blog.py
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

FOLDER = Path(__file__).resolve().parent
OURS = "mkt"
# Without what they declare: Puput pins a Wagtail that is too old, and everything shall run on the one that is here.
PEERS = {
    "puput": ["puput==2.2.0", "wagtail-markdown>=0.13", "django-el-pagination"]
    + ["markdown", "bleach", "webencodings", "tinycss2"],
    "roost": ["wagtail-roost==0.3.5"],
    "cast": [
        "django-cast==0.2.67",
        "crispy-bootstrap4",
        "django-crispy-forms",
        "django-contrib-comments",
    ]
    + [
        "django-filter",
        "django-htmx",
        "django-model-utils",
        "django-threadedcomments",
        "django-vite",
    ]
    + [
        "pygments",
        "python-dateutil",
        "python-slugify",
        "text-unidecode",
        "rich",
        "pillow-heif",
        "six",
    ]
    + ["markdown-it-py", "mdurl"],
}
REQUESTS = (
    *("index", "last page", "category", "tag", "author", "series", "archive", "post", "feed"),
    *("feed 304", "search", "search all", "sitemap"),
)


class Contender:
    """A site in a process of its own, which answers one line of JSON for each line it is given."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self._process = process
        self.rows: dict[str, list[dict[str, float]]] = {}

    def ask(self, **question: Any) -> Any:
        """
        Raises:
            EOFError: the process has ended; what it had to say is on stderr.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise EOFError(f"{self.name} has ended")
        return json.loads(line)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, nargs="+", default=[1000])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", nargs="+", choices=(OURS, *PEERS), default=[OURS, *PEERS])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mkt-blog-bench-") as folder:
        results = measure(options.only, options.posts, options.rounds, Path(folder))
    for count, found in results.items():
        print_costs(count, found)
    if len(results) > 1:
        print_growth(results)
    return 0


def measure(
    names: list[str], counts: list[int], rounds: int, folder: Path
) -> dict[int, dict[str, Any]]:
    """Number of posts -> name of a contender -> name of a request -> its figures."""
    with ExitStack() as stack:
        contenders = {
            (count, name): stack.enter_context(running(name, count, folder / f"{name}-{count}"))
            for count in counts
            for name in names
        }
        for (count, _), contender in contenders.items():
            contender.ask(do="prepare", posts=count)
        order = list(contenders.values())
        for request in REQUESTS:
            for number in range(rounds):
                # Whoever goes first finds the processor colder.
                for contender in order if number % 2 else reversed(order):
                    figures = contender.ask(do="measure", request=request)
                    if figures:
                        contender.rows.setdefault(request, []).append(figures)
        return {
            count: {name: summarised(contenders[count, name].rows) for name in names}
            for count in counts
        }


def summarised(rows: dict[str, list[dict[str, float]]]) -> dict[str, dict[str, float]]:
    return {
        request: {key: median(row[key] for row in found) for key in found[0]}
        for request, found in rows.items()
    }


@contextmanager
def running(name: str, count: int, folder: Path) -> Iterator[Contender]:
    folder.mkdir(parents=True)
    environ = {
        **os.environ,
        "BENCH_FOLDER": str(folder),
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": os.pathsep.join([str(peer_folder(name))] if name in PEERS else []),
        "DATABASE_URL": database_url(f"bench_{name}_{count}"),
    }
    process = subprocess.Popen(
        [sys.executable, str(FOLDER / "blog_site.py"), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
        cwd=FOLDER,
    )
    try:
        yield Contender(name, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=60)


def peer_folder(name: str) -> Path:
    """Where a peer is installed, beside the environment and not in it."""
    folder = FOLDER.parent / ".cache" / "bench" / name
    if not (folder / ".complete").exists():
        print(f"installing {PEERS[name][0]} …", file=sys.stderr)
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*command, "--target", str(folder), *PEERS[name]], check=True)
        (folder / ".complete").touch()
    return folder


def database_url(name: str) -> str:
    """A new database on the server of DATABASE_URL, or nothing, which means SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return ""
    import psycopg

    parts = urlsplit(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(parts._replace(path=f"/{name}"))


def print_costs(count: int, found: dict[str, Any]) -> None:
    print(f"\n{count} posts: queries cold/warm, CPU ms, wall ms; ours : theirs in CPU time")
    names = list(found)
    print(f"{'':<11}" + "".join(f"{name:>34}" for name in names))
    for request in REQUESTS:
        ours = found.get(OURS, {}).get(request)
        cells = [cell(found[name].get(request), ours, ours_itself=name == OURS) for name in names]
        print(f"{request:<11}" + "".join(f"{text:>34}" for text in cells))


def cell(
    figures: dict[str, float] | None, ours: dict[str, float] | None, *, ours_itself: bool
) -> str:
    if figures is None:
        return "–"
    text = (
        f"{figures['cold']:.0f}/{figures['warm']:.0f}"
        f" {figures['cpu'] * 1000:8.1f} {figures['wall'] * 1000:8.1f}"
    )
    return text if ours_itself or ours is None else f"{text} {ours['cpu'] / figures['cpu']:6.2f}×"


def print_growth(results: dict[int, dict[str, Any]]) -> None:
    small, large = min(results), max(results)
    names = list(results[small])
    for label, prefix in (("empty cache", ""), ("filled cache", "warm_")):
        print(
            f"\nfrom {small} to {large} posts, {label}: CPU time × / wall time × / Python calls ×"
        )
        print(f"{'':<11}" + "".join(f"{name:>22}" for name in names))
        for request in REQUESTS:
            pairs = [
                [results[count][name].get(request) for count in (small, large)] for name in names
            ]
            cells = [growth(*pair, prefix) if all(pair) else "–" for pair in pairs]
            print(f"{request:<11}" + "".join(f"{text:>22}" for text in cells))


def growth(first: dict[str, float], last: dict[str, float], prefix: str) -> str:
    return " / ".join(
        f"{last[prefix + key] / first[prefix + key]:.2f}" for key in ("cpu", "wall", "calls")
    )


if __name__ == "__main__":
    sys.exit(main())

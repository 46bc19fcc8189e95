"""One contender of ``blog.py``: a site with a blog, which measures itself when it is asked to.

Reads a line of JSON, ``{"do": "prepare", "posts": 1000}`` or ``{"do": "measure", "request": "index"}``, writes one.
"""

from __future__ import annotations

import cProfile
import json
import sys
from time import perf_counter, process_time
from typing import Any

import blog_contenders

HOST = {"host": "localhost"}


class Site:
    def __init__(self, name: str) -> None:
        self.contender = blog_contenders.CONTENDERS[name]()
        blog_contenders.configure(self.contender)
        from django.test import Client

        self.client = Client(headers=HOST)
        self.paths: dict[str, str] = {}
        self.seen: set[str] = set()

    def prepare(self, posts: int) -> bool:
        self.paths = self.contender.fill(posts)
        return True

    def measure(self, request: str) -> dict[str, float] | None:
        """Queries and times with an empty cache and right after that; None if there is no such page.

        Raises:
            AssertionError: the page does not answer with 200 (304 for a conditional request).
        """
        from django.core.cache import cache
        from django.db import connection
        from django.test.utils import CaptureQueriesContext
        from wagtail.models import Site as WagtailSite

        path = self.paths.get(request.removesuffix(" 304"))
        if path is None:
            return None
        headers = self._validators(path) if request.endswith(" 304") else {}
        if request.endswith(" 304") and not headers:
            return None
        if request not in self.seen:
            # Pictures are made once, modules are imported once.
            self._get(path, headers)
            self.seen.add(request)
        cache.clear()
        WagtailSite.clear_site_root_paths_cache()
        with CaptureQueriesContext(connection) as first:
            self._get(path, headers)
        cold = len(first)
        with CaptureQueriesContext(connection) as second:
            self._get(path, headers)
        warm = len(second)
        figures = {"cold": cold, "warm": warm}
        for measure in (self._timed, self._counted):
            cache.clear()
            for prefix in ("", "warm_"):
                figures |= measure(path, headers, prefix)
        return figures

    def _timed(self, path: str, headers: dict[str, str], prefix: str) -> dict[str, float]:
        started, started_wall = process_time(), perf_counter()
        self._get(path, headers)
        cpu, wall = process_time() - started, perf_counter() - started_wall
        return {f"{prefix}cpu": cpu, f"{prefix}wall": wall}

    def _counted(self, path: str, headers: dict[str, str], prefix: str) -> dict[str, float]:
        """Calls of Python functions, of which a busy machine has no more than an idle one."""
        profile = cProfile.Profile(builtins=False)
        profile.runcall(self._get, path, headers)
        calls = sum(entry.callcount for entry in profile.getstats())
        return {f"{prefix}calls": calls}

    def _validators(self, path: str) -> dict[str, str]:
        """Headers that are answered by 304; none where conditional requests are not."""
        response = self.client.get(path)
        names = {"if-none-match": "ETag", "if-modified-since": "Last-Modified"}
        headers = {name: response[key] for name, key in names.items() if key in response}
        if headers and self.client.get(path, headers=headers).status_code == 304:
            return headers
        return {}

    def _get(self, path: str, headers: dict[str, str]) -> None:
        response = self.client.get(path, headers=headers)
        body = b"".join(response)
        expected = 304 if headers else 200
        assert response.status_code == expected, (path, response.status_code, body[:200])


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr
    site: Any = None
    for line in sys.stdin:
        question = json.loads(line)
        if site is None:
            site = Site(sys.argv[1])
        doing = question.pop("do")
        print(json.dumps(getattr(site, doing)(**question)), file=out, flush=True)


if __name__ == "__main__":
    main()

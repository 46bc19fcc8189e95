"""What collecting tags costs a render: ``python benchmarks/cache_tracking.py`` with mkt-core's test requirements.

Renders the pages of mkt-core's test site on SQLite in memory, tracked and untracked in turn in the same process, and
prints CPU time per render, the overhead, and how many tags a response has.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent / "packages" / "mkt-core"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

ROUNDS = 12
RENDERS = 4
URLS = ("/news/", "/news/post-1/", "/about/")


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.template import engines
    from tests.cache.site.building import build
    from tests.cache.site.rendering import render

    from mkt_core.cache.collector import collecting
    from mkt_core.cache.tracking import installation

    with TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0)
        build()
        # A page of some size, as templates make them: the site's own text is only what the queries bring.
        template = engines["django"].from_string(
            '{% for n in rows %}<li class="{{ n }}">{{ text|truncatewords:5 }} {{ n|add:1 }}</li>{% endfor %}'
        )

        def page(url: str) -> None:
            template.render({"text": render(url), "rows": range(150)})

        def measure(url: str, *, is_tracked: bool) -> float:
            (installation.install if is_tracked else installation.uninstall)()
            gc.collect()
            gc.disable()
            start = time.process_time()
            for _ in range(RENDERS):
                if is_tracked:
                    with collecting():
                        page(url)
                else:
                    page(url)
            spent = (time.process_time() - start) / RENDERS
            gc.enable()
            return spent

        for url in URLS:
            measure(url, is_tracked=True)
            pairs = [
                (measure(url, is_tracked=False), measure(url, is_tracked=True))
                for _ in range(ROUNDS)
            ]
            without = statistics.median(pair[0] for pair in pairs)
            overhead = statistics.median(pair[1] / pair[0] for pair in pairs) - 1
            installation.install()
            with collecting() as collector:
                page(url)
            print(
                f"{url:16} untracked {without * 1000:6.2f} ms  overhead {overhead:+.1%}  tags {len(collector.tags)}"
            )
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()

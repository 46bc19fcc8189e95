#!/usr/bin/env python3
"""What sitemaps and heads cost: mkt_core.seo beside Wagtail's own sitemap and wagtail-metadata.

    python benchmarks/seo.py [--pages 1000 10000] [--rounds 5]

Sitemaps are asked for through the test client, on the same pages of the example project's home page type, in changing
order; both documents are asserted to name the same addresses. "i18n" is the same with two languages switched on, where
ours also lists the pages' languages (Wagtail's does not). Heads are rendered in a template with one picture and three
ancestors; wagtail-metadata prints title, description, picture and Open Graph, and no canonical, languages, robots,
breadcrumbs or JSON-LD, so the times are of different amounts of work. Figures are queries, median CPU time
(``process_time``) and peak of Python's own memory; ratios hold within one run on one machine.

SQLite in memory, or the database of DATABASE_URL (scripts/services.py run -- python benchmarks/seo.py).
"""

from __future__ import annotations

import argparse
import atexit
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import cache_setup

PEER = "wagtail-metadata==5.0.0"
HOST = {"host": "localhost"}


def make_pages(count: int) -> None:
    """``count`` pages below the front page, written at once: Wagtail's own way takes minutes."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page, Site

    from home.models import HomePage

    root = Page.get_first_root_node()
    site = Site.objects.get()
    if site.root_page.specific_class is not HomePage:
        home = root.add_child(instance=HomePage(title="Front page", slug="front"))
        site.hostname, site.port, site.root_page = "localhost", 80, home
        site.save()
    home = Page.objects.get(pk=Site.objects.get().root_page_id)
    content_type = ContentType.objects.get_for_model(HomePage)
    first = home.numchild
    pages = [
        Page(
            title=f"Page {number}",
            draft_title=f"Page {number}",
            slug=f"page-{number}",
            url_path=f"{home.url_path}page-{number}/",
            path=Page._get_path(home.path, home.depth + 1, number + 1),
            depth=home.depth + 1,
            content_type=content_type,
            locale=home.locale,
            last_published_at=timezone.now(),
        )
        for number in range(first, first + count)
    ]
    Page.objects.bulk_create(pages, batch_size=500)
    Page.objects.filter(pk=home.pk).update(numchild=first + count)
    for page in Page.objects.child_of(home).filter(slug__in=[page.slug for page in pages]):
        child = HomePage(page_ptr_id=page.pk)
        child.__dict__.update({k: v for k, v in page.__dict__.items() if not k.startswith("_")})
        child.save_base(raw=True, force_insert=True)


def sitemaps(count: int, rounds: int) -> float:
    """Print one row for each; the ratio of CPU times."""
    from django.test import Client

    client = Client(headers=HOST)
    ways: dict[str, str] = {
        "mkt_core.seo": "/sitemap-home.homepage.xml",
        "Wagtail": "/wagtail-sitemap.xml",
    }
    found, times = {}, {name: [] for name in ways}
    for number in range(rounds):
        for name, path in sorted(ways.items(), reverse=bool(number % 2)):
            started = process_time()
            body = b"".join(client.get(path))
            times[name].append(process_time() - started)
            found[name] = set(re.findall(rb"<loc>(.*?)</loc>", body))
    # Ours has the front page in it as well as Wagtail's: both are all pages of one type.
    assert found["mkt_core.seo"] == found["Wagtail"], "the sitemaps differ"
    assert len(found["Wagtail"]) == count + 1
    for name, path in ways.items():
        print(
            f"{count:>7} pages  {name:<16} {queries(lambda p=path: client.get(p)):>6} queries"
            f" {statistics.median(times[name]) * 1000:>9.1f} ms"
            f" {peak(lambda p=path: b''.join(client.get(p))) / 1e6:>7.1f} MB"
        )
    return statistics.median(times["Wagtail"]) / statistics.median(times["mkt_core.seo"])


def heads(rounds: int) -> None:
    """Print one row for each."""
    from django.core.files.images import ImageFile
    from django.template import Context, Template
    from django.test import RequestFactory
    from PIL import Image as Picture
    from wagtail.images import get_image_model
    from wagtail.models import Page, Site

    from home.models import HomePage

    data = BytesIO()
    Picture.new("RGB", (1600, 900), "teal").save(data, "PNG")
    file = ImageFile(BytesIO(data.getvalue()), name="picture.png")
    image = get_image_model().objects.create(title="Picture", file=file)
    page = Page.objects.get(pk=Site.objects.get().root_page_id)
    for depth in range(3):
        page = page.add_child(instance=HomePage(title=f"Level {depth}", slug=f"level-{depth}"))
    page.social_image, page.search_description = image, "A description of the page."
    page.save()

    def render(source: str, make: Callable[[Any], Any]) -> Callable[[], str]:
        template = Template(source)

        def run() -> str:
            request = RequestFactory().get(page.url, headers=HOST)
            specific = make(HomePage.objects.get(pk=page.pk))
            return str(template.render(Context({"page": specific, "request": request})))

        return run

    ways = {"no head": render("{{ page.title }}", lambda page: page)}
    ways["{% seo_head %}"] = render(
        "{% load mkt_seo %}{% seo_title %}{% seo_head %}", lambda page: page
    )
    if has_peer():
        ways["wagtail-metadata"] = render(
            "{% load wagtailmetadata_tags %}{% meta_tags page %}", described_to_peer()
        )
    samples: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds * 20):
        for name, run in sorted(ways.items(), reverse=bool(number % 2)):
            started = process_time()
            text = run()
            samples[name].append(process_time() - started)
            assert "<meta" in text or name == "no head"
    times = {name: statistics.median(found) * 1e6 for name, found in samples.items()}
    for name, run in ways.items():
        more = times[name] - times["no head"]
        print(f"{name:<24} {queries(run):>3} queries {times[name]:>8.0f} us  {more:>8.0f} us more")


def has_peer() -> bool:
    """Whether wagtail-metadata can be measured; it is installed into a temporary folder."""
    folder = tempfile.mkdtemp(prefix="mkt-wagtail-metadata-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for installer in (["pip"], ["uv", "pip"]):
        command = [sys.executable, "-m", *installer, "install", "--quiet", "--no-deps", "--target"]
        done = subprocess.run([*command, folder, PEER], check=False, capture_output=True)
        if not done.returncode:
            sys.path.append(folder)
            from django.template import engines
            from wagtailmetadata.templatetags.wagtailmetadata_tags import register

            engines["django"].engine.template_libraries["wagtailmetadata_tags"] = register
            use_templates(Path(folder) / "wagtailmetadata" / "templates")
            return True
    print(f"skipped: {PEER} cannot be installed")
    return False


def use_templates(folder: Path) -> None:
    """Of an app that is not installed: the example project is a site without it."""
    from django.template import engines

    engine = engines["django"].engine
    engine.dirs.append(folder)
    for loader in engine.template_loaders:
        loader.reset()


def described_to_peer() -> Callable[[Any], Any]:
    """A page with the methods that wagtail-metadata asks; its own mixin would need columns of its own."""
    from wagtailmetadata.models import WagtailImageMetadataMixin

    class Described(WagtailImageMetadataMixin):
        def __init__(self, page: Any) -> None:
            self.page = page

        def get_meta_url(self) -> str:
            return str(self.page.full_url)

        def get_meta_title(self) -> str:
            return str(self.page.seo_title or self.page.title)

        def get_meta_description(self) -> str:
            return str(self.page.search_description)

        def get_meta_image(self) -> Any:
            return self.page.social_image

    return Described


def queries(run: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    run()
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)


def peak(run: Callable[[], object]) -> int:
    tracemalloc.start()
    run()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    cache_setup.configure()
    from django.conf import settings
    from django.test.runner import DiscoverRunner
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.ROOT_URLCONF = "seo_urls"
    use_templates(Path(find_spec("django.contrib.sitemaps").origin).parent / "templates")
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        cache_setup.say_versions()
        made = 0
        for count in sorted(options.pages):
            make_pages(count - made)
            made = count
            ratio = sitemaps(count, options.rounds)
            print(f"               {ratio:.1f} times as fast")
        cache_setup.say_goal("five times as fast as Wagtail's", is_reached=ratio >= 5)
        print()
        heads(options.rounds)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()

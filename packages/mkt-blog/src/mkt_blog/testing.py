"""For the tests of a site: does a blog of its own classes still take few queries?

``check_query_limits(client, blog)`` fills the blog, asks for each kind of page at two sizes and fails with the
statements where one takes more queries than mkt-blog promises, or more in a larger blog::

    def test_our_blog_is_quick(client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        check_query_limits(client, home.add_child(instance=NewsIndex(title="News", slug="news")))
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

# A statement may stand twice in a response, with other values; a third time is a loop.
MOST_REPEATED = 2
PICTURES = 4
TERMS = 8


@dataclass(frozen=True)
class Limit:
    """Queries at the first view, and when Django's and the blog's caches are filled."""

    cold: int
    warm: int


LIMITS: Mapping[str, Limit] = {
    "index": Limit(15, 8),
    "category": Limit(15, 8),
    "tag": Limit(15, 8),
    "author": Limit(15, 8),
    "series": Limit(15, 8),
    "archive": Limit(15, 8),
    "post": Limit(15, 10),
    "search": Limit(20, 20),
}


def check_query_limits(
    client: Any,
    blog: Any,
    *,
    sizes: tuple[int, int] = (12, 60),
    limits: Mapping[str, Limit] = LIMITS,
    **fields: Any,
) -> dict[str, tuple[int, int]]:
    """Kind of page -> queries cold and warm, at the larger size. ``fields`` are set on each post that is made.

    Raises:
        AssertionError: a page does not answer, takes too many queries, repeats one, or takes more in a larger blog.
    """
    measured: list[dict[str, tuple[int, int]]] = []
    for size in sizes:
        fill_blog(blog, size, **fields)
        measured.append({name: _measure(client, blog, name, limits[name]) for name in limits})
    small, large = measured
    grown = [name for name in large if large[name] > small[name]]
    assert not grown, f"More queries in a larger blog: {[(n, small[n], large[n]) for n in grown]}"
    return large


def fill_blog(blog: Any, size: int, **fields: Any) -> None:
    """Posts up to ``size``, each with a picture, two categories, three tags and two authors, some in a series."""
    model = blog.get_post_model()
    if not blog.posts_per_page:
        blog.posts_per_page = 10
        blog.save()
    images = _images()
    categories = _terms(model.get_category_model(), blog, name="Category")
    authors = _terms(model.get_author_model(), blog, name="Author", photo=images)
    series, *_ = _terms(model.get_series_model(), blog, title="Series", number=1)
    first = model.objects.in_blog(blog).count()
    for n in range(first, size):
        post = model(
            title=f"Measured post {n}",
            hero_image=images[n % PICTURES],
            date=timezone.now() - timedelta(days=n + 1),
            **({"series": series, "series_position": n + 1} if n < 5 else {}),
            **fields,
        )
        blog.add_child(instance=post)
        post.categories.set([categories[n % TERMS], categories[(n + 1) % TERMS]])
        post.set_authors([authors[n % TERMS], authors[(n + 1) % TERMS]])
        post.tags.set(["measured", f"tag-{n % 5}", f"tag-{n % 3 + 5}"])
        post.save()


def blog_urls(blog: Any) -> dict[str, str]:
    """Kind of page -> path of one such page of a blog that ``fill_blog`` has filled."""
    model = blog.get_post_model()
    post = model.objects.in_blog(blog).order_by("pk")[3]
    day = timezone.localtime(post.date)
    paths = {
        "index": "",
        "category": f"category/{post.category_list[0].path}/",
        "tag": "tag/measured/",
        "author": f"author/{post.authors[0].slug}/",
        "series": f"series/{post.series.slug}/",
        "archive": f"{day:%Y}/",
        "search": "search/?q=measured",
    }
    urls = {name: f"{blog.url}{quote(path, safe='/?=&')}" for name, path in paths.items()}
    return urls | {"post": post.url}


def queries_of(client: Any, url: str) -> list[str]:
    """The statements of one response, which must be there."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, f"{url} answers {response.status_code}"
    return [query["sql"] for query in captured.captured_queries]


def forget_everything() -> None:
    """As after the start of a process: what Django and the blog remember is gone."""
    ContentType.objects.clear_cache()
    for alias in caches:
        caches[alias].clear()


def _measure(client: Any, blog: Any, name: str, limit: Limit) -> tuple[int, int]:
    url = blog_urls(blog)[name]
    # Pictures are made at the first view of all.
    client.get(url)
    forget_everything()
    cold, warm = queries_of(client, url), queries_of(client, url)
    for queries, most in ((cold, limit.cold), (warm, limit.warm)):
        listed = "\n".join(queries)
        assert len(queries) <= most, f"{name}: {len(queries)} queries, not {most}:\n{listed}"
        repeated = Counter(re.sub(r"'[^']*'|\d+", "?", query) for query in queries)
        statement, times = repeated.most_common(1)[0]
        assert times <= MOST_REPEATED, f"{name}: {times} times {statement}"
    return len(cold), len(warm)


def _images() -> list[Any]:
    from PIL import Image as Drawing
    from wagtail.images import get_image_model

    model = get_image_model()
    images = list(model.objects.filter(title__startswith="Measured picture")[:PICTURES])
    for n in range(len(images), PICTURES):
        data = BytesIO()
        Drawing.new("RGB", (64, 40), (40 * n, 90, 120)).save(data, "PNG")
        file = ContentFile(data.getvalue(), name=f"measured-{n}.png")
        images.append(model.objects.create(title=f"Measured picture {n}", file=file))
    return images


def _terms(
    model: Any, blog: Any, *, photo: list[Any] | None = None, number: int = TERMS, **label: str
) -> list[Any]:
    ((field, word),) = label.items()
    terms = []
    for n in range(number):
        values = {field: f"Measured {word} {n}"}
        term = model.objects.filter(locale=blog.locale, **values).first()
        if term is None:
            term = model(locale=blog.locale, **values)
            if photo:
                term.photo = photo[n % PICTURES]
            term.save()
        terms.append(term)
    return terms

"""Answers that are kept until what they are made of changes."""

import pytest
import time_machine
from django.conf import settings as site_settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from mkt_api.access.tokens import create_token
from mkt_api.signals import deprecation_used
from mkt_core.cache.purging import set_sink
from mkt_core.cache.store import bump
from mkt_core.cache.tracking import installation

from .factories import ArticleFactory, EntryFactory, TopicFactory, root
from .test_versions import AFTER, BEFORE
from .testapp.models import Article, Topic

pytestmark = pytest.mark.django_db(transaction=True, available_apps=site_settings.INSTALLED_APPS)


@pytest.fixture(autouse=True)
def kept(settings):
    settings.MKT_API = {"CACHE_ANSWERS": True}
    cache.clear()
    installation.install()
    previous = set_sink(bump)
    yield
    set_sink(previous)
    installation.uninstall()


@pytest.fixture(autouse=True)
def site(db):
    """Tests with transactions of their own begin with an empty database."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Collection, Locale

    ContentType.objects.clear_cache()
    Locale.objects.get_or_create(language_code="en")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Site.objects.exists():
        home = Page.objects.get(depth=1).add_child(instance=Page(title="Home", slug="home"))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)


def queries_of(get):
    with CaptureQueriesContext(connection) as queries:
        response = get()
    return len(queries), response


def test_costs_no_query_the_second_time(client):
    ArticleFactory(parent=root())

    for path in ("articles/", "pages/?fields=*", "menus/", f"pages/{root().pk}/"):
        first = client.get(f"/api/v1/{path}")
        count, second = queries_of(lambda path=path: client.get(f"/api/v1/{path}"))

        assert (count, second.content) == (0, first.content)
        assert second["X-MKT-Cache"] == "hit"
        assert second["ETag"] == first["ETag"]


def test_costs_no_query_either_with_a_token_for_one_site(client):
    _row, token = create_token("Front end", sites=[Site.objects.get().pk])
    headers = {"Authorization": f"Bearer {token}"}
    client.get("/api/v1/articles/", headers=headers)

    count, response = queries_of(lambda: client.get("/api/v1/articles/", headers=headers))

    assert (count, response.status_code, response["X-MKT-Cache"]) == (0, 200, "hit")


def test_tells_without_a_query_that_nothing_has_changed(client):
    ArticleFactory(parent=root())
    etag = client.get("/api/v1/articles/")["ETag"]

    count, response = queries_of(
        lambda: client.get("/api/v1/articles/", headers={"If-None-Match": etag})
    )

    assert (count, response.status_code, response.content) == (0, 304, b"")
    assert response["ETag"] == etag


def test_is_compressed_once(client):
    ArticleFactory.create_batch(5, parent=root())
    gzip = {"Accept-Encoding": "gzip"}

    plain = client.get("/api/v1/articles/")
    packed = client.get("/api/v1/articles/", headers=gzip)

    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"] != plain["ETag"]
    assert len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize(
    "change",
    [
        lambda article: Article.objects.filter(pk=article.pk).update(title="New"),
        lambda article: Topic.objects.filter(pk=article.topic_id).update(name="New"),
        lambda article: article.unpublish(),
        lambda article: article.delete(),
        lambda article: PageViewRestriction.objects.create(page=article, restriction_type="login"),
        lambda article: ArticleFactory(parent=root()),
        lambda article: article.tags.add("new") or article.save(),
    ],
)
def test_changes_with_anything_that_it_shows(client, change):
    article = ArticleFactory(parent=root(), topic=TopicFactory())
    before = client.get("/api/v1/articles/?count=exact")
    assert client.get("/api/v1/articles/?count=exact")["X-MKT-Cache"] == "hit"

    change(Article.objects.get(pk=article.pk))
    after = client.get("/api/v1/articles/?count=exact", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert after.content != before.content


def test_is_not_renewed_by_a_draft(client):
    article = ArticleFactory(parent=root())
    client.get("/api/v1/articles/")

    article.title = "Draft"
    article.save_revision()

    assert client.get("/api/v1/articles/")["X-MKT-Cache"] == "hit"


def test_names_what_it_is_made_of(client):
    article = ArticleFactory(parent=root())

    keys = client.get("/api/v1/articles/")["Surrogate-Key"].split()

    assert f"page:{article.pk}" in keys


def test_fits_into_what_a_proxy_takes(client):
    for _ in range(60):
        ArticleFactory(parent=root(), topic=TopicFactory())

    answer = client.get("/api/v1/articles/?limit=60")

    assert len(answer.json()["items"]) == 60
    # nginx answers 502 if all headers together are longer than this.
    assert sum(len(name) + len(value) + 4 for name, value in answer.items()) < 4096


def test_uses_the_headers_that_the_site_names(client, settings):
    settings.MKT_CORE = {"CACHE_TAG_HEADER": ("xkey", "Cache-Tag")}
    pages = [ArticleFactory(parent=root()).pk for _ in range(60)]

    answer = client.get("/api/v1/articles/?limit=60")

    assert {f"page:{pk}" for pk in pages} <= set(answer["xkey"].split())
    assert {f"page:{pk}" for pk in pages} <= set(answer["Cache-Tag"].split(","))
    assert "Surrogate-Key" not in answer


def test_is_another_one_for_another_host(client, settings):
    settings.ALLOWED_HOSTS = ["other.example", "testserver"]
    here = ArticleFactory(parent=root())
    elsewhere = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=elsewhere)
    client.get("/api/v1/articles/")

    other = client.get("/api/v1/articles/", headers={"Host": "other.example"})

    assert here.pk not in [item["id"] for item in other.json()["items"]]
    assert other["ETag"] != client.get("/api/v1/articles/")["ETag"]


def test_is_not_kept_if_it_is_larger_than_mkt_core_keeps(client, settings):
    settings.MKT_CORE = {"CACHE_MAX_BODY_BYTES": 300}
    ArticleFactory(parent=root())

    small = [client.get("/api/v1/articles/?fields=id") for _ in range(2)]
    large = [client.get("/api/v1/articles/?fields=*") for _ in range(2)]

    assert len(small[0].content) <= 300 < len(large[0].content)
    assert small[1]["X-MKT-Cache"] == "hit"
    assert [answer.status_code for answer in large] == [200, 200]
    assert "X-MKT-Cache" not in large[1]


@pytest.mark.urls("tests.test_versions")
def test_do_not_show_a_field_longer_than_it_lives(client):
    EntryFactory()

    with time_machine.travel(BEFORE, tick=False):
        client.get("/v1/entries/")
        kept = client.get("/v1/entries/")
    with time_machine.travel(AFTER, tick=False):
        later = client.get("/v1/entries/")

    assert (kept["X-MKT-Cache"], "Sunset" in kept) == ("hit", True)
    assert "number" in kept.json()["items"][0]
    assert "number" not in later.json()["items"][0]


@pytest.mark.urls("tests.test_versions")
def test_use_of_what_is_deprecated_is_told_each_time(client):
    used = []

    def note(sender, fields, **kwargs):
        used.append(fields)

    deprecation_used.connect(note)
    try:
        with time_machine.travel(BEFORE, tick=False):
            answers = [client.get("/v1/entries/?fields=number,id") for _ in range(2)]
    finally:
        deprecation_used.disconnect(note)

    assert [answer["X-MKT-Cache"] for answer in answers] == ["miss", "hit"]
    assert used == [("number",), ("number",)]
    assert not [name for answer in answers for name in answer.headers if name.startswith(":")]


def test_errors_are_not_kept(client):
    assert client.get("/api/v1/articles/?bogus=1").status_code == 400
    response = client.get("/api/v1/articles/?bogus=1")

    assert response["Cache-Control"] == "no-store"
    assert "X-MKT-Cache" not in response


def test_head_is_answered_from_what_is_kept(client):
    body = client.get("/api/v1/articles/").content

    count, response = queries_of(lambda: client.head("/api/v1/articles/"))

    assert (count, response.status_code, response.content) == (0, 200, b"")
    assert response["Content-Length"] == str(len(body))

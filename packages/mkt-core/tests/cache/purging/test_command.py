"""manage.py mkt_cache."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry, Page, PageLogEntry


@pytest.fixture
def run(counted):
    def call(*arguments):
        out = StringIO()
        call_command("mkt_cache", *arguments, stdout=out, no_color=True)
        return out.getvalue()

    return call


def test_status(run, fetch):
    for _ in range(3):
        fetch("/plain/")
    fetch("/plain/?x=1")

    text = run("status")

    assert "hit rate   66.7%" in text
    assert "bypass:query" in text
    assert "responses  1" in text


def test_status_before_the_first_request(run):
    assert "no requests yet" in run("status")


def test_status_for_programs(run, fetch):
    fetch("/plain/")

    found = json.loads(run("status", "--json"))

    assert (found["available"], found["entries"], found["counts"]) == (True, 1, {"miss": 1})


@pytest.mark.parametrize("arguments", [["--all"], ["--tag", "epoch"]])
def test_purge(arguments, run, fetch, django_capture_on_commit_callbacks):
    fetch("/plain/")

    with django_capture_on_commit_callbacks(execute=True):
        assert "purged" in run("purge", *arguments)

    assert fetch("/plain/")[1] == "miss"
    assert ModelLogEntry.objects.filter(action="mkt_core.cache_purge").exists()


def test_purge_a_page(run):
    page = Page.objects.get(depth=2)

    run("purge", "--page", str(page.pk))

    assert PageLogEntry.objects.get(action="mkt_core.cache_purge").page_id == page.pk


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to purge"),
        (["--page", "99999", "--tag", "x"], "There is no page 99999"),
        (["--tag", ""], "needs a name"),
    ],
)
def test_says_what_is_wrong(arguments, message, run):
    with pytest.raises(CommandError, match=message):
        run("purge", *arguments)
    assert not ModelLogEntry.objects.filter(action="mkt_core.cache_purge").exists()


def test_says_that_the_server_is_away(run, counted, closed_port):
    counted.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "away": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{closed_port}/0",
        },
    }
    counted.MKT_CORE = {"CACHE_ALIAS": "away"}

    assert "away" in run("status")
    with pytest.raises(CommandError, match="does not answer"):
        run("purge", "--all")


def test_says_that_the_cache_is_not_in_use(run, counted):
    counted.MIDDLEWARE = []

    with pytest.raises(CommandError, match="not in use"):
        run("status")

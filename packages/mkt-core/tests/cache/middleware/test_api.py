"""What code says about its responses, from the call to the next visitor."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from mkt_core.cache import Cacheable, cache_tags, declared, expire_at, reading, tag
from mkt_core.cache.middleware import ResponseCacheMiddleware
from mkt_core.cache.purging import deliver

from ..site.models import Topic


class Answers:
    """A view that counts, does something and may give a response of its own."""

    def __init__(self, action):
        self.action, self.renders = action, 0

    def __call__(self, request):
        self.renders += 1
        return self.action(request) or HttpResponse(f"render {self.renders}")


def states(view, *between):
    """What visitors hear, with something happening between one and the next."""
    middleware, heard = ResponseCacheMiddleware(view), []
    for happen in (*between, lambda: None):
        heard.append(middleware(RequestFactory().get("/"))["X-MKT-Cache"])
        happen()
    return heard


def change(name):
    return lambda: deliver({name})


def test_a_tag(website):
    view = Answers(lambda request: tag("weather"))

    assert states(view, change("traffic"), change("weather")) == ["miss", "hit", "miss"]


def test_tags_of_a_view(website):
    @cache_tags("weather")
    def view(request):
        return HttpResponse("rain")

    assert states(view, change("traffic"), change("weather")) == ["miss", "hit", "miss"]


def test_tags_of_an_asynchronous_view(website):
    @cache_tags("weather")
    async def view(request):
        return HttpResponse("rain")

    assert states(async_to_sync(view), change("weather")) == ["miss", "miss"]


def test_tags_in_a_template(website):
    source = '{% load mkt_cache %}{% cache_tag "weather" number %}rain'

    def view(request):
        return HttpResponse(engines["django"].from_string(source).render({"number": 7}))

    middleware = ResponseCacheMiddleware(view)
    assert middleware(RequestFactory().get("/")).content == b"rain"
    assert states(view, change("weather"), change("7"), change("8")) == [
        "hit",
        "miss",
        "miss",
        "hit",
    ]


class Page:
    """As much of Wagtail's as the mixin needs."""

    def serve(self, request):
        return HttpResponse("rain")


class WeatherPage(Cacheable, Page):
    cache_control = "public, s-maxage=60"

    def cache_tags(self, request):
        return ["weather"]


def test_tags_of_a_page_type(website):
    view = WeatherPage().serve

    assert states(view, change("traffic"), change("weather")) == ["miss", "hit", "miss"]


def test_the_cache_control_of_a_page_type(website):
    response = ResponseCacheMiddleware(WeatherPage().serve)(RequestFactory().get("/"))

    assert response["Cache-Control"] == "public, s-maxage=60"


def test_a_page_type_that_says_nothing(website):
    class PlainPage(Cacheable, Page):
        pass

    assert states(PlainPage().serve, change("weather")) == ["miss", "hit"]


@pytest.mark.usefixtures("tracking", "db")
def test_what_is_declared_takes_the_place_of_what_is_noticed(website):
    def noticed(request):
        return HttpResponse(str(Topic.objects.count()))

    def covered(request):
        with declared("topics"):
            return noticed(request)

    assert states(noticed, change("rows:cache_site_topic")) == ["miss", "miss"]
    change("epoch")()
    assert states(covered, change("rows:cache_site_topic"), change("topics")) == [
        "miss",
        "hit",
        "miss",
    ]


@pytest.mark.usefixtures("tracking", "db")
def test_a_statement_written_by_hand_is_what_querysets_would_read(website):
    def by_hand(request):
        with connection.cursor() as cursor:
            # Too much for the analysis.
            cursor.execute(
                "WITH topics AS (SELECT name FROM cache_site_topic) SELECT name FROM topics"
            )
            return HttpResponse(str(cursor.fetchall()))

    def explained(request):
        with reading(Topic.objects.order_by().values("name"), Topic.objects.none()):
            return by_hand(request)

    assert states(by_hand, change("table:cache_site_topic")) == ["miss", "miss"]
    change("epoch")()
    assert states(
        explained,
        change("table:cache_site_topic"),
        change("col:cache_site_topic.name"),
        change("rows:cache_site_topic"),
    ) == ["miss", "hit", "miss", "miss"]


def test_a_response_ends_when_it_says(website, monkeypatch):
    moment = timezone.now() + timedelta(seconds=60)
    view = Answers(lambda request: expire_at(moment))
    assert states(view, lambda: None) == ["miss", "hit"]

    later = moment.timestamp() + 1
    monkeypatch.setattr("mkt_core.cache.serving.time.time", lambda: later)

    assert states(view) == ["bypass:expired"]


def test_outside_of_a_request_nothing_happens():
    tag("weather")
    expire_at(timezone.now())
    with declared("weather"), reading():
        pass


def test_a_tag_without_a_name(website):
    with pytest.raises(ValueError, match="needs a name"):
        tag("")

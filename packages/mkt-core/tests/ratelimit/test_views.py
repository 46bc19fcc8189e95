import asyncio
import json

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import AsyncClient, RequestFactory

from mkt_core.ratelimit import Rule, headers, hit, refusal

pytestmark = [pytest.mark.urls("tests.ratelimit.views"), pytest.mark.usefixtures("memory")]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def statuses(ask, count=3):
    return [ask().status_code for _ in range(count)]


def async_statuses(ask, count=3):
    """The same in an event loop. What is synchronous in there runs in this thread, on the connection of the test."""

    async def ask_all():
        return [(await ask()).status_code for _ in range(count)]

    return async_to_sync(ask_all)()


class TestDecorator:
    @pytest.mark.parametrize("path", ["/asynchronous/", "/class/", "/async-class/", "/twice/"])
    def test_every_kind_of_view_has_a_limit(self, client, path):
        assert statuses(lambda: client.get(path)) == [200, 200, 429]

    def test_a_view_that_cannot_be_limited_says_what_to_do(self, client):
        with pytest.raises(TypeError, match="decorate what as_view"):
            client.get("/wrongly-decorated/")

    def test_an_event_loop_serves_it_as_well(self):
        async def ask():
            client = AsyncClient()
            return [(await client.get("/asynchronous/")).status_code for _ in range(3)]

        assert asyncio.run(ask()) == [200, 200, 429]

    def test_counts_only_the_methods_it_is_told(self, client):
        assert statuses(lambda: client.get("/posting/"), 5) == [200] * 5
        assert statuses(lambda: client.post("/posting/")) == [200, 200, 429]

    def test_counts_clients_apart(self, client):
        statuses(lambda: client.get("/class/"))
        assert client.get("/class/", REMOTE_ADDR="198.51.100.9").status_code == 200

    def test_an_ipv6_client_cannot_change_its_address_within_its_network(self, client):
        answers = [client.get("/class/", REMOTE_ADDR=f"2001:db8::{n}").status_code for n in "123"]
        assert answers == [200, 200, 429]

    def test_counts_users_wherever_they_are(self, client, django_user_model, db):
        client.force_login(django_user_model.objects.create_user("one"))
        for address in ("198.51.100.1", "198.51.100.2"):
            client.get("/per-user/", REMOTE_ADDR=address)
        assert client.get("/per-user/").status_code == 429

        client.force_login(User.objects.create_user("other"))
        assert client.get("/per-user/").status_code == 200
        client.logout()
        assert statuses(lambda: client.get("/per-user/")) == [200, 200, 429]

    def test_counts_users_in_an_event_loop_as_well(self, db):
        def ask(name, count):
            client = AsyncClient()
            client.force_login(User.objects.create_user(name))
            return async_statuses(lambda: client.get("/per-user-async/"), count)

        assert ask("one", 3) == [200, 200, 429]
        assert ask("other", 1) == [200]

    def test_counts_by_a_header(self, client):
        def ask():
            return client.get("/per-key/", HTTP_X_API_KEY="secret")

        assert statuses(ask) == [200, 200, 429]
        assert client.get("/per-key/", HTTP_X_API_KEY="other").status_code == 200
        # And by address without one, so that leaving it out gains nothing.
        assert statuses(lambda: client.get("/per-key/")) == [200, 200, 429]

    def test_a_function_may_leave_somebody_out(self, client):
        assert statuses(lambda: client.get("/per-argument/"), 5) == [200] * 5
        assert statuses(lambda: client.get("/per-argument/?who=me")) == [200, 200, 429]

    def test_a_view_may_be_told_instead_of_replaced(self, client):
        bodies = [client.get("/informed/").content for _ in range(3)]
        assert bodies == [b"False", b"False", b"True"]

    def test_requests_weigh_differently(self, client):
        assert client.get("/weighed/?cost=8").status_code == 200
        assert client.get("/weighed/?cost=3").status_code == 429
        assert client.get("/weighed/?cost=2").status_code == 200

    def test_an_exempt_network_has_no_limit(self, client, settings):
        settings.MKT_CORE = {"RATE_LIMIT_EXEMPT_NETWORKS": ["127.0.0.0/8"]}
        assert statuses(lambda: client.get("/class/"), 5) == [200] * 5

    def test_a_forged_address_exempts_nobody(self, client, settings):
        settings.MKT_CORE = {
            "RATE_LIMIT_EXEMPT_NETWORKS": ["10.0.0.0/8"],
            "TRUSTED_PROXIES": ["127.0.0.1"],
        }
        forged = {"HTTP_X_FORWARDED_FOR": "10.0.0.1, 198.51.100.7"}
        assert statuses(lambda: client.get("/class/", **forged)) == [200, 200, 429]

    def test_a_by_that_means_nothing_is_a_mistake(self):
        from mkt_core.ratelimit import rate_limit

        for by in ("nobody", "header:", "no.such.function"):
            with pytest.raises(ValueError, match=by):
                rate_limit(Rule("r", 1, 1), by=by)


class TestWhatClientsAreTold:
    def test_how_much_is_left(self, client):
        response = client.get("/class/")

        assert response["RateLimit-Policy"] == '"two";q=2;w=3600'
        assert response["RateLimit"] == '"two";r=1;t=1800'
        assert "Retry-After" not in response

    def test_all_limits_that_count(self, client):
        response = client.get("/twice/")

        assert response["RateLimit-Policy"] == '"two";q=2;w=3600, "outer";q=100;w=3600'
        assert response["RateLimit"] == '"two";r=1;t=1800, "outer";r=99;t=36'

    def test_when_to_come_back(self, client):
        statuses(lambda: client.get("/class/"), 2)
        response = client.get("/class/", HTTP_ACCEPT="application/json")

        # The draft wants that the one is not before the other.
        assert response["RateLimit"] == '"two";r=0;t=1800'
        assert response["Retry-After"] == "1800"
        assert response["Content-Type"] == "application/problem+json"
        assert response["Cache-Control"] == "no-store"
        assert json.loads(response.content) == {
            "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
            "title": "Too many requests",
            "status": 429,
            "violated-policies": ["two"],
        }

    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            (BROWSER, "text/html"),
            ("*/*", "application/problem+json"),
            ("", "application/problem+json"),
            ("image/png", "application/problem+json"),
            ("application/json, text/html;q=0.5", "application/problem+json"),
            ("text/html", "text/html"),
            ("x" * 10_000, "application/problem+json"),
            ("a/b;q=x," * 1250, "application/problem+json"),
        ],
    )
    def test_in_what_they_accept(self, client, accept, kind):
        statuses(lambda: client.get("/class/"), 2)
        response = client.get("/class/", HTTP_ACCEPT=accept)

        assert response.status_code == 429
        assert response["Content-Type"].partition(";")[0] == kind
        assert response["Vary"] == "Accept"

    @pytest.fixture
    def own_page(self, settings, db):
        template = "{{ retry_after_seconds }} s, {{ accounts }} accounts"
        settings.TEMPLATES = [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [("django.template.loaders.locmem.Loader", {"429.html": template})],
                    "context_processors": ["tests.ratelimit.views.accounts"],
                },
            }
        ]

    def test_a_page_of_the_sites_own(self, client, own_page):
        statuses(lambda: client.get("/class/"), 2)

        assert client.get("/class/", HTTP_ACCEPT=BROWSER).content == b"1800 s, 0 accounts"

    def test_one_that_asks_the_database_in_an_event_loop_as_well(self, own_page):
        client = AsyncClient(headers={"Accept": BROWSER})

        assert async_statuses(lambda: client.get("/asynchronous/")) == [200, 200, 429]

    def test_that_nothing_could_be_counted(self, client, settings, closed_port):
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {
            "default": {"BACKEND": backend, "LOCATION": f"redis://127.0.0.1:{closed_port}"}
        }
        response = client.get("/guarded/")

        assert response.status_code == 503
        assert response["Retry-After"] == "5"
        assert "RateLimit" not in response
        assert json.loads(response.content)["type"].endswith("#temporary-reduced-capacity")
        assert b"out of service" in client.get("/guarded/", HTTP_ACCEPT=BROWSER).content
        assert client.get("/class/").status_code == 200

    def test_the_page_has_nothing_a_strict_policy_forbids(self):
        request = RequestFactory().get("/", HTTP_ACCEPT=BROWSER)
        hit(rule := Rule("r", 1, 60), "a")
        body = refusal(request, [hit(rule, "a")]).content.decode()

        assert "Please try again in 60 seconds." in body
        assert "<script" not in body
        assert "style" not in body

    def test_headers_of_nothing_are_none(self):
        assert headers([]) == {}


LIMITS = [
    {
        "name": "forms",
        "limit": 2,
        "period_seconds": 3600,
        "paths": ["/plain/f"],
        "methods": ["post"],
    },
    {"name": "site", "limit": 4, "period_seconds": 3600},
    {
        "name": "tenants",
        "limit": 1,
        "period_seconds": 60,
        "paths": ["/plain/t"],
        "by": "tests.ratelimit.views.by_tenant",
    },
]


class TestMiddleware:
    @pytest.fixture(autouse=True)
    def _limits(self, settings):
        settings.MKT_CORE = {"RATE_LIMITS": LIMITS}
        settings.MIDDLEWARE = ["mkt_core.ratelimit.middleware.RateLimitMiddleware"]

    def test_applies_rules_by_path_and_method(self, client):
        assert statuses(lambda: client.post("/plain/form")) == [200, 200, 429]
        # What was refused under one rule was not counted under the other.
        assert statuses(lambda: client.get("/plain/form")) == [200, 200, 429]

    def test_tells_of_each_rule(self, client):
        response = client.post("/plain/form")
        assert response["RateLimit"] == '"forms";r=1;t=1800, "site";r=3;t=900'

    def test_refuses_for_a_loop_of_events_as_well(self):
        async def ask():
            client = AsyncClient()
            return [(await client.post("/plain/form")).status_code for _ in range(3)]

        assert asyncio.run(ask()) == [200, 200, 429]

    def test_a_site_has_its_own_way_to_tell_who_it_is(self, client):
        def ask(**headers):
            return client.get("/plain/t", **headers).status_code

        assert [ask(HTTP_X_TENANT="a"), ask(HTTP_X_TENANT="a"), ask(HTTP_X_TENANT="b")] == [
            200,
            429,
            200,
        ]
        assert ask() == 200

    def test_who_it_is_may_be_asked_of_the_database_in_an_event_loop(self, settings, db):
        by = "tests.ratelimit.views.by_account"
        settings.MKT_CORE = {"RATE_LIMITS": [{**LIMITS[2], "by": by}]}
        User.objects.create_user("one")
        client = AsyncClient()

        asked = async_statuses(lambda: client.get("/plain/t", headers={"X-Name": "one"}), 2)
        assert asked == [200, 429]

    def test_other_requests_do_not_touch_the_cache(self, client, settings):
        settings.MKT_CORE = {"RATE_LIMITS": LIMITS[:1]}
        client.get("/plain/form")
        client.post("/plain/other")

        assert not cache._cache

    def test_an_exempt_network_has_no_limit(self, client, settings):
        settings.MKT_CORE = {"RATE_LIMITS": LIMITS, "RATE_LIMIT_EXEMPT_NETWORKS": ["127.0.0.1"]}
        assert statuses(lambda: client.post("/plain/form"), 5) == [200] * 5

    def test_a_proxy_that_is_not_known_as_one_is_noticed(self, client, caplog, monkeypatch):
        from mkt_core.ratelimit import identities

        monkeypatch.setattr(identities, "_has_warned", set())
        for _ in range(2):
            client.get("/plain/form", HTTP_X_FORWARDED_FOR="198.51.100.7")

        assert caplog.text.count("is not in MKT_CORE['TRUSTED_PROXIES']") == 1

    def test_stored_pages_are_counted_and_nobody_sees_anothers_headers(
        self, client, settings, autocommit
    ):
        settings.MIDDLEWARE = [
            "mkt_core.ratelimit.middleware.RateLimitMiddleware",
            "mkt_core.cache.middleware.ResponseCacheMiddleware",
        ]
        first = client.get("/plain/page")
        second = client.get("/plain/page")
        other = client.get("/plain/page", REMOTE_ADDR="198.51.100.9")

        assert [r["X-MKT-Cache"] for r in (first, second, other)] == ["miss", "hit", "hit"]
        assert second["RateLimit"] == '"site";r=2;t=1800'
        assert other["RateLimit"] == '"site";r=3;t=900'

    def test_a_limited_view_is_never_stored(self, client, settings, autocommit):
        settings.MIDDLEWARE = ["mkt_core.cache.middleware.ResponseCacheMiddleware"]
        assert client.get("/class/")["X-MKT-Cache"].startswith("bypass")
        assert statuses(lambda: client.get("/class/"), 2) == [200, 429]

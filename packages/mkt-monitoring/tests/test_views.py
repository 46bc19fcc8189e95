import gzip

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

TOKEN = "long-enough-to-be-a-token"
OTHER_TOKEN = "the-one-that-comes-next-month"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.fixture
def allowed(settings):
    settings.MKT_MONITORING = {"METRICS_TOKENS": [TOKEN]}
    return Client(headers={"authorization": f"Bearer {TOKEN}"})


def user(**kwargs):
    return get_user_model().objects.create_user("someone", **kwargs)


class TestAccess:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"])
    def test_a_stranger_finds_nothing(self, method):
        client = Client(enforce_csrf_checks=True)

        answer = client.generic(method, "/metrics")
        nothing = client.generic("GET", "/metrics-that-do-not-exist.txt")

        assert answer.status_code == 404
        assert answer.headers.items() == nothing.headers.items()
        if method != "HEAD":
            assert answer.content.replace(b"/metrics", b"") == nothing.content.replace(
                b"/metrics-that-do-not-exist.txt", b""
            )

    @pytest.mark.parametrize(
        ("authorization", "status"),
        [
            (f"Bearer {TOKEN}", 200),
            (f"bearer {TOKEN}", 200),
            (f"Bearer  {TOKEN} ", 200),
            (f"Bearer {OTHER_TOKEN}", 200),
            (f"Bearer {TOKEN}x", 404),
            (f"Bearer {TOKEN[:-1]}", 404),
            (f"Bearer {TOKEN} {OTHER_TOKEN}", 404),
            (f"Basic {TOKEN}", 404),
            (f"{TOKEN}", 404),
            ("Bearer", 404),
            ("Bearer ", 404),
            ("Bearer \xe9\x00\xff", 404),
            ("", 404),
        ],
    )
    def test_by_token(self, client, settings, authorization, status):
        settings.MKT_MONITORING = {"METRICS_TOKENS": [TOKEN, OTHER_TOKEN]}

        response = client.get("/metrics", headers={"authorization": authorization})

        assert response.status_code == status

    def test_an_empty_token_lets_nobody_in(self, client, settings):
        settings.MKT_MONITORING = {"METRICS_TOKENS": [""]}

        for authorization in ("Bearer ", "Bearer", "Bearer  "):
            response = client.get("/metrics", headers={"authorization": authorization})
            assert response.status_code == 404

    @pytest.mark.parametrize(
        ("networks", "peer", "status"),
        [
            (["10.0.0.0/8"], "10.1.2.3", 200),
            (["10.0.0.0/8"], "11.1.2.3", 404),
            (["10.0.0.0/8"], "::ffff:10.1.2.3", 200),
            (["10.0.0.0/8"], "::ffff:11.1.2.3", 404),
            (["127.0.0.1", "::1"], "::1", 200),
            (["127.0.0.1", "::1"], "127.0.0.2", 404),
            (["fd00::/8"], "fd12:3456::1", 200),
            (["fd00::/8"], "fe80::1%eth0", 404),
            (["fd00::/8"], "10.1.2.3", 404),
            (["not a network", "10.0.0.0/8"], "10.1.2.3", 200),
            (["not a network"], "10.1.2.3", 404),
            (["10.0.0.0/8"], "", 404),
            (["10.0.0.0/8"], "unix:", 404),
            ([], "127.0.0.1", 404),
        ],
    )
    def test_by_the_address_of_the_peer(self, client, settings, networks, peer, status):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": networks}

        assert client.get("/metrics", REMOTE_ADDR=peer).status_code == status

    @pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip"])
    def test_a_header_never_makes_an_address(self, client, settings, header):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["10.0.0.0/8"]}

        response = client.get("/metrics", headers={header: "10.1.2.3"}, REMOTE_ADDR="203.0.113.9")

        assert response.status_code == 404

    def test_what_a_proxy_passes_on_is_not_from_its_network(self, client, settings):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}

        response = client.get(
            "/metrics", headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="127.0.0.1"
        )

        assert response.status_code == 404

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("attributes", "status"),
        [
            ({"is_staff": True}, 200),
            ({"is_staff": True, "is_active": False}, 404),
            ({"is_superuser": True}, 404),
            ({}, 404),
        ],
    )
    def test_by_session(self, client, attributes, status):
        client.force_login(user(**attributes))

        assert client.get("/metrics").status_code == status

    def test_without_sessions(self, client, settings):
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "auth" not in name]

        assert client.get("/metrics").status_code == 404

    @pytest.mark.parametrize(
        "broken", [{"METRICS_TOKEN": [TOKEN]}, {"METRICS_TOKENS": TOKEN}, "nonsense", None]
    )
    def test_settings_that_cannot_be_read_keep_it_closed(self, client, settings, broken):
        settings.MKT_MONITORING = broken

        response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})

        assert response.status_code == 404

    def test_on_a_site_that_asks_everybody_to_log_in(self, allowed, settings):
        settings.MIDDLEWARE = [
            *settings.MIDDLEWARE,
            "django.contrib.auth.middleware.LoginRequiredMiddleware",
        ]

        assert allowed.get("/metrics").status_code == 200
        assert Client().get("/metrics").status_code == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
    def test_nothing_but_reading(self, allowed, method):
        response = allowed.generic(method, "/metrics")

        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD"

    def test_no_query_for_strangers_and_tokens(self, allowed, django_assert_num_queries, db):
        allowed.get("/metrics")  # the collectors keep their values from here on

        with django_assert_num_queries(0):
            Client().get("/metrics")
            allowed.get("/metrics")


@pytest.mark.django_db
class TestExposition:
    def test_is_text_that_prometheus_reads(self, allowed):
        allowed.get("/ok/7/")

        response = allowed.get("/metrics")

        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = list(parser.text_string_to_metric_families(response.text))
        names = {family.name for family in families}
        assert {"http_server_request_duration_seconds", "testapp_greetings"} <= names
        assert {"testapp_plain_pages", "mkt_monitoring_collector_success"} <= names
        assert len(families) == len(names)

    def test_openmetrics_when_asked(self, allowed):
        allowed.get("/ok/7/")

        response = allowed.get("/metrics", headers={"accept": f"{OPENMETRICS},text/plain;q=0.5"})

        assert response.headers["Content-Type"].startswith("application/openmetrics-text")
        assert response.text.endswith("# EOF\n")
        assert list(openmetrics_parser.text_string_to_metric_families(response.text))

    @pytest.mark.parametrize(
        "accept",
        [
            "application/openmetrics-text; version=abc",
            "application/openmetrics-text; version=1.x",
            "application/openmetrics-text; version=",
            "application/openmetrics-text; version=" + "9" * 5000,
            "application/openmetrics-text; version=1.0.0; escaping=nonsense",
            "text/plain; version=1..0",
            "text/plain; version=\xe9",
            ";;;,,,===",
            "*/*",
        ],
    )
    def test_a_strange_accept_header_gets_text(self, allowed, accept):
        response = allowed.get("/metrics", headers={"accept": accept})

        assert response.status_code == 200
        assert b"testapp_greetings" in response.content

    @pytest.mark.parametrize(
        ("accepted", "compressed"),
        [
            ("gzip", True),
            ("deflate, GZIP;q=0.5", True),
            ("gzip;q=0", False),
            ("gzip;q=0.0, deflate", False),
            ("deflate", False),
            ("xgzip", False),
            ("", False),
        ],
    )
    def test_is_compressed_when_accepted(self, allowed, accepted, compressed):
        response = allowed.get("/metrics", headers={"accept-encoding": accepted})

        assert (response.headers.get("Content-Encoding") == "gzip") is compressed
        body = gzip.decompress(response.content) if compressed else response.content
        assert b"testapp_greetings_total" in body
        assert response.headers["Content-Length"] == str(len(response.content))

    def test_is_kept_by_no_cache(self, allowed):
        response = allowed.get("/metrics")

        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]
        assert {"Accept", "Accept-Encoding", "Authorization", "Cookie"} <= set(
            response.headers["Vary"].split(", ")
        )

    def test_head_says_how_long_it_is(self, allowed):
        response = allowed.head("/metrics")

        assert response.status_code == 200
        assert int(response.headers["Content-Length"]) > 0

    def test_a_missing_multiprocess_directory_is_said(self, allowed, monkeypatch, tmp_path, caplog):
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "gone"))

        response = allowed.get("/metrics")

        assert response.status_code == 503
        assert response.text == "PROMETHEUS_MULTIPROC_DIR is not a directory.\n"
        assert "gone" in caplog.text

    def test_collectors_run_in_autocommit_mode(self, allowed, monkeypatch):
        from mkt_monitoring import collectors

        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        seen = []
        collectors.collector(ttl_seconds=0, name="atomic")(
            lambda: seen.append(len(connection.savepoint_ids)) or []
        )
        before = len(connection.savepoint_ids)
        allowed.get("/metrics")
        collectors.computed.remove("atomic")

        assert seen == [before]


def test_the_url_has_a_name():
    assert reverse("mkt_monitoring:metrics") == "/metrics"

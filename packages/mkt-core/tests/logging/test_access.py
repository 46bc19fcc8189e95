import asyncio
import io
import json
import logging

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.http import FileResponse, HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, Client, RequestFactory

from mkt_core.logging import JsonFormatter, TextFormatter
from mkt_core.logging.access import AccessLogMiddleware, log_stored_response
from mkt_core.middleware import RequestIdMiddleware

ACCESS = "mkt_core.logging.access.AccessLogMiddleware"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.ROOT_URLCONF = "tests.logging.urls"
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, ACCESS, *others, "django.middleware.csrf.CsrfViewMiddleware"]


def access(lines):
    return lines.one("mkt_core.access")


class TestLine:
    def test_says_what_was_asked_and_what_came_of_it(self, client, lines):
        response = client.get("/reset/MQ/c4ab12/?next=/secret/")

        line = access(lines)
        assert line["http.request.method"] == "GET"
        assert line["http.response.status_code"] == 200
        assert line["http.response.body.bytes"] == len(b"reset")
        assert line["labels"]["route"] == "reset/<uid>/<token>/"
        assert line["event.action"] == "http-request"
        assert line["event.outcome"] == "success"
        assert 0 < line["event.duration"] < 60e9
        assert line["http.request.id"] == response.headers["X-Request-ID"]
        assert len(line["trace.id"]) == 32

    def test_route_and_not_the_path(self, client, lines):
        client.get("/reset/MQ/c4ab12/?next=/secret/")

        assert not any("c4ab12" in text or "secret" in text for text in lines.texts)

    def test_path_where_no_route_matches(self, client, lines, settings):
        settings.ROOT_URLCONF = "tests.urls"

        client.get("/broken-link/")

        assert access(lines)["url.path"] == "/broken-link/"
        assert access(lines)["event.outcome"] == "failure"

    @pytest.mark.parametrize(
        ("urlconf", "prefix"), [("tests.logging.urls", ""), ("tests.logging.localized_urls", "de/")]
    )
    def test_route_of_what_is_refused_before_it_has_one(
        self, client, lines, settings, urlconf, prefix
    ):
        settings.ROOT_URLCONF = urlconf
        settings.ALLOWED_HOSTS = ["testserver"]

        client.get(f"/{prefix}reset/MQ/c4ab12/", headers={"host": "evil.example"})

        assert access(lines)["http.response.status_code"] == 400
        assert access(lines)["labels"]["route"] == f"{prefix}reset/<uid>/<token>/"
        assert not any("c4ab12" in text for text in lines.texts)

    def test_path_if_the_site_wants_it(self, client, lines, settings):
        settings.MKT_CORE = {"LOG_PATHS": True}

        client.get("/reset/MQ/c4ab12/")

        assert access(lines)["url.path"] == "/reset/MQ/c4ab12/"

    def test_one_line_and_it_comes_last(self, client, lines):
        client.get("/reset/MQ/c4ab12/")

        assert [line["log.logger"] for line in lines.all()] == ["tests.views", "mkt_core.access"]

    def test_error(self, client, lines):
        client.raise_request_exception = False

        client.get("/fail/c4ab12/")

        line = access(lines)
        assert (line["http.response.status_code"], line["log.level"]) == (500, "warning")
        assert not any("c4ab12" in text or "hunter2" in text for text in lines.texts)
        error = lines.one("django.request")
        assert error["message"] == "Internal Server Error: fail/<token>/"
        assert error["http.request.id"] == line["http.request.id"]

    def test_head_has_no_body(self, client, lines):
        client.head("/reset/MQ/c4ab12/")

        assert access(lines)["http.response.body.bytes"] == 0

    def test_cache_state(self, lines):
        def answer(request):
            return HttpResponse("x", headers={"X-MKT-Cache": "bypass:cookie"})

        AccessLogMiddleware(answer)(RequestFactory().get("/reset/MQ/x/"))

        line = access(lines)
        assert line["labels"] == {"route": "reset/<uid>/<token>/", "cache": "bypass:cookie"}

    def test_error_that_nobody_made_a_response_of(self, lines):
        def fail(request):
            raise RuntimeError("x")

        with pytest.raises(RuntimeError):
            AccessLogMiddleware(fail)(RequestFactory().get("/reset/MQ/x/"))

        line = access(lines)
        assert (line["http.response.status_code"], line["error.type"]) == (500, "RuntimeError")

    def test_stored_response_that_was_given_out_in_front_of_django(self, lines):
        request = RequestFactory().get("/reset/MQ/x/")

        log_stored_response(request, 200, 17, 0.002)

        line = access(lines)
        assert line["labels"] == {"route": "reset/<uid>/<token>/", "cache": "hit"}
        assert line["event.duration"] >= 2_000_000

    def test_failing_log_does_not_lose_the_response(self, client, monkeypatch, lines):
        monkeypatch.setattr("mkt_core.logging.access.route_of", lambda request: 1 / 0)

        assert client.get("/reset/MQ/x/").status_code == 200
        assert lines.one("mkt_core.access")["message"] == "A request could not be logged"

    @pytest.mark.parametrize(
        "formatter", [JsonFormatter(), TextFormatter("%(message)s")], ids=["json", "text"]
    )
    def test_lines_of_djangos_have_no_path_either(self, client, caplog, monkeypatch, formatter):
        monkeypatch.setattr(caplog.handler, "formatter", formatter)
        client.raise_request_exception = False

        client.get("/fail/c4ab12/")

        assert "Internal Server Error: fail/<token>/" in caplog.text
        assert "c4ab12" not in caplog.text

    def test_is_readable_as_text_too(self, client, caplog, monkeypatch):
        caplog.set_level(logging.INFO, logger="mkt_core.access")
        monkeypatch.setattr(caplog.handler, "formatter", TextFormatter("%(message)s"))

        client.get("/reset/MQ/x/")

        assert "GET reset/<uid>/<token>/ 200 " in caplog.text
        assert " 5 bytes" in caplog.text


@pytest.mark.django_db
class TestPages:
    def test_pages_of_wagtail_have_their_type(self, client, lines, settings):
        client.get("/")

        assert access(lines)["labels"]["route"] == "wagtail_serve"
        assert access(lines)["labels"]["page_type"] == "wagtailcore.Page"
        assert "url.path" not in access(lines)

    def test_path_that_leads_to_no_page(self, client, lines):
        client.get("/nowhere/")

        assert access(lines)["url.path"] == "/nowhere/"


@pytest.mark.django_db
class TestUser:
    def test_is_a_hash_and_the_same_in_all_lines_of_the_request(self, client, lines):
        user = User.objects.create(username="ann", email="ann@example.com")
        client.force_login(user)
        lines.texts.clear()

        client.get("/who/")

        before, after, line = lines.all()
        assert "user.hash" not in before
        assert after["user.hash"] == line["user.hash"]
        assert len(line["user.hash"]) == 32
        assert not any("ann" in text for text in lines.texts)

    def test_is_never_looked_up_for_a_line(self, client, lines, django_assert_num_queries):
        client.force_login(User.objects.create(username="ann"))
        lines.texts.clear()

        with django_assert_num_queries(0):
            client.get("/reset/MQ/x/")

        assert "user.hash" not in access(lines)

    def test_another_key_gives_other_hashes(self, client, lines, settings):
        client.force_login(User.objects.create(username="ann"))
        client.get("/who/")
        settings.MKT_CORE = {"LOG_USER_KEY": "x" * 32}
        client.get("/who/")

        first, second = (line["user.hash"] for line in lines.all("mkt_core.access"))
        assert first != second


class TestAddress:
    @pytest.mark.parametrize(
        ("wanted", "given", "written"),
        [
            ("off", "192.0.2.77", None),
            ("truncated", "192.0.2.77", "192.0.2.0"),
            ("truncated", "2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
            ("full", "192.0.2.77", "192.0.2.77"),
            ("full", "", None),
            ("truncated", "", None),
        ],
    )
    def test_is_written_as_far_as_the_site_wants_it(
        self, client, lines, settings, wanted, given, written
    ):
        settings.MKT_CORE = {"LOG_CLIENT_ADDRESS": wanted}

        client.get("/reset/MQ/x/", REMOTE_ADDR=given)

        assert access(lines).get("client.ip") == written

    def test_behind_a_proxy(self, client, lines, settings):
        settings.MKT_CORE = {"LOG_CLIENT_ADDRESS": "full", "TRUSTED_PROXIES": ["127.0.0.1"]}

        client.get("/reset/MQ/x/", headers={"X-Forwarded-For": "192.0.2.77"})

        assert access(lines)["client.ip"] == "192.0.2.77"


class TestSlow:
    @pytest.mark.parametrize(
        ("limit", "level"), [(0.000001, "warning"), (60.0, "info"), (0, "info")]
    )
    def test_requests_are_warnings(self, client, lines, settings, limit, level):
        settings.MKT_CORE = {"LOG_SLOW_REQUEST_SECONDS": limit}

        client.get("/reset/MQ/x/")

        line = access(lines)
        assert line["log.level"] == level
        assert line["labels"].get("slow", False) is (level == "warning")


@pytest.mark.usefixtures("no_checks")
class TestHealthProbes:
    def test_are_left_out(self, client, lines):
        client.get("/health/live")
        client.get("/health/ready")

        assert lines.all("mkt_core.access") == []

    def test_other_addresses_are_not(self, client, lines):
        client.get("/our-health/live")

        assert access(lines)["labels"]["route"] == "our-health/live"

    def test_may_be_sampled(self, client, lines, settings, monkeypatch):
        import itertools

        settings.MKT_CORE = {"LOG_HEALTH_EVERY": 3}
        monkeypatch.setattr("mkt_core.logging.access._health_probes", itertools.count())

        for _ in range(7):
            client.get("/health/live")

        assert len(lines.all("mkt_core.access")) == 3


# Django looks at its connections when a response is closed.
@pytest.mark.django_db
class TestStreams:
    def test_are_logged_at_their_end(self, client, lines):
        response = client.get("/stream/")
        assert lines.all("mkt_core.access") == []

        assert b"".join(response.streaming_content) == b"onetwo"

        assert access(lines)["http.response.body.bytes"] == 6
        assert access(lines)["http.request.id"] == response.headers["X-Request-ID"]

    def test_that_the_client_gives_up(self, client, lines):
        response = client.get("/stream/")
        next(iter(response.streaming_content))
        response.close()

        line = access(lines)
        assert line["http.response.body.bytes"] == 3
        assert line["http.response.status_code"] == 499

    def test_lines_from_inside_have_the_ids(self, client, lines):
        response = client.get("/stream/")
        list(response.streaming_content)

        line = lines.one("tests.views", message="in the middle")
        assert line["http.request.id"] == response.headers["X-Request-ID"]

    def test_that_break(self, client, lines):
        response = client.get("/broken-stream/")
        with pytest.raises(RuntimeError):
            list(response.streaming_content)
        response.close()

        line = access(lines)
        assert (line["http.response.status_code"], line["error.type"]) == (500, "RuntimeError")

    def test_files_are_left_to_the_server(self, lines):
        request = RequestFactory().get("/file/")
        response = AccessLogMiddleware(lambda request: FileResponse(io.BytesIO(b"12345")))(request)
        assert response.file_to_stream is not None
        response.close()

        assert access(lines)["http.response.body.bytes"] == 5


class TestAsync:
    def test_answers(self, lines):
        asyncio.run(AsyncClient().get("/reset/MQ/x/"))

        assert access(lines)["http.response.status_code"] == 200

    def test_streams(self, lines):
        async def read():
            response = await AsyncClient().get("/astream/")
            return [chunk async for chunk in response.streaming_content]

        assert asyncio.run(read()) == [b"one", b"two"]
        assert access(lines)["http.response.body.bytes"] == 6

    def test_client_that_goes_away(self, lines):
        async def hang(request):
            await asyncio.sleep(60)

        middleware = RequestIdMiddleware(AccessLogMiddleware(hang))

        async def give_up():
            task = asyncio.create_task(middleware(AsyncRequestFactory().get("/hang/")))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(give_up())

        line = access(lines)
        assert line["http.response.status_code"] == 499
        assert line["event.outcome"] == "failure"


@pytest.mark.django_db
class TestAdmin:
    def test_refusals_are_logged(self, client, lines):
        # Wagtail redirects to its first page with a message, and logs nothing.
        group = Group.objects.create(name="editors")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        user = User.objects.create(username="ann")
        user.groups.add(group)
        client.force_login(user)
        lines.texts.clear()

        assert client.get("/admin/users/").status_code == 302

        line = lines.one("mkt_core.security_events")
        assert line["event.action"] == "permission-denied"
        assert line["event.outcome"] == "failure"
        assert line["user.hash"]
        assert line["labels"]["route"].startswith("admin/users/")

    def test_other_redirections_are_not(self, client, lines):
        Client().get("/admin/")

        assert lines.all("mkt_core.security_events") == []


def test_lines_are_json(client, lines):
    client.get("/reset/MQ/x/")

    assert all(json.loads(text) for text in lines.texts)

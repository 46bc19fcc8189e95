import asyncio
import logging

import pytest
from asgiref.sync import iscoroutinefunction
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponse
from django.test import RequestFactory

from mkt_monitoring import middleware
from mkt_monitoring.http import durations
from mkt_monitoring.middleware import RequestMetricsMiddleware

pytestmark = pytest.mark.urls("tests.urls")


def consume(response):
    if response.streaming:
        return b"".join(response.streaming_content)
    return response.content


@pytest.mark.django_db
class TestEveryRequestIsCountedOnce:
    @pytest.mark.parametrize(
        ("path", "route", "status_class"),
        [
            ("/ok/7/", "/ok/<int:number>/", "2xx"),
            ("/missing/", "/missing/", "4xx"),
            ("/forbidden/", "/forbidden/", "4xx"),
            ("/broken/", "/broken/", "5xx"),
            ("/stream/", "/stream/", "2xx"),
            ("/file/", "/file/", "2xx"),
            ("/async/7/", "/async/<int:number>/", "2xx"),
            ("/async-broken/", "/async-broken/", "5xx"),
            ("/old/style/", "/^old/(?P<slug>[a-z]+)/$", "2xx"),
            ("/nothing-here.txt", "unmatched", "4xx"),
            ("/nothing/here/", "wagtail_serve", "4xx"),
            ("/admin/", "/admin/", "3xx"),
        ],
    )
    def test_synchronously(self, client, metrics, path, route, status_class):
        consume(client.get(path))

        assert metrics.requests() == 1
        assert (
            metrics.requests(
                http_route=route,
                http_request_method="GET",
                http_response_status_class=status_class,
                wagtail_page_type="none",
            )
            == 1
        )

    @pytest.mark.parametrize(
        ("path", "route", "status_class"),
        [
            ("/ok/7/", "/ok/<int:number>/", "2xx"),
            ("/async/7/", "/async/<int:number>/", "2xx"),
            ("/missing/", "/missing/", "4xx"),
            ("/broken/", "/broken/", "5xx"),
            ("/async-broken/", "/async-broken/", "5xx"),
            ("/nothing-here.txt", "unmatched", "4xx"),
        ],
    )
    def test_asynchronously(self, async_client, metrics, path, route, status_class):
        asyncio.run(async_client.get(path))

        assert metrics.requests() == 1
        assert metrics.requests(http_route=route, http_response_status_class=status_class) == 1

    def test_when_streamed_asynchronously(self, async_client, metrics):
        async def read():
            response = await async_client.get("/async-stream/")
            assert metrics.requests() == 0
            return [part async for part in response.streaming_content]

        assert asyncio.run(read()) == [b"part"] * 3
        assert metrics.requests(http_route="/async-stream/") == metrics.requests() == 1

    def test_when_the_client_leaves_in_the_middle_of_a_stream(self, rf, metrics):
        response = RequestMetricsMiddleware(lambda request: streamed())(rf.get("/"))
        next(iter(response))

        response.close()
        response.close()

        assert metrics.requests() == 1

    def test_when_an_exception_passes_through(self, client, metrics, settings):
        settings.DEBUG_PROPAGATE_EXCEPTIONS = True

        with pytest.raises(RuntimeError):
            client.get("/broken/")

        assert metrics.requests(http_response_status_class="5xx") == metrics.requests() == 1

    def test_when_an_inner_middleware_answers(self, client, metrics, settings):
        settings.SECURE_SSL_REDIRECT = True

        client.get("/ok/7/")

        assert metrics.requests(http_route="unmatched", http_response_status_class="3xx") == 1

    def test_when_the_host_is_refused(self, client, metrics):
        assert client.get("/ok/7/", headers={"host": "evil.example"}).status_code == 400
        assert metrics.requests(http_response_status_class="4xx") == metrics.requests() == 1


class TestUnderASGI:
    def test_a_client_that_leaves_is_counted_as_aborted(self, metrics):
        async def visit():
            sent = []
            messages = [{"type": "http.request", "body": b"", "more_body": False}]

            async def receive():
                if messages:
                    return messages.pop()
                await asyncio.sleep(0.05)
                return {"type": "http.disconnect"}

            async def send(message):
                sent.append(message)

            await ASGIHandler()(scope("/async-forever/"), receive, send)
            return sent

        assert asyncio.run(visit()) == []
        assert metrics.requests(http_response_status_class="aborted") == metrics.requests() == 1

    def test_a_streamed_response_is_counted_when_the_server_has_sent_it(self, metrics):
        async def visit():
            done = asyncio.Event()
            messages = [{"type": "http.request", "body": b"", "more_body": False}]

            async def receive():
                if messages:
                    return messages.pop()
                await done.wait()
                return {"type": "http.disconnect"}

            async def send(message):
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    done.set()

            await ASGIHandler()(scope("/async-stream/"), receive, send)

        asyncio.run(visit())

        assert metrics.requests(http_route="/async-stream/") == metrics.requests() == 1
        assert metrics.seconds(http_route="/async-stream/") >= 0.05

    def test_the_middleware_stays_asynchronous(self):
        async def get_response(request):
            return HttpResponse()

        assert iscoroutinefunction(RequestMetricsMiddleware(get_response))
        assert not iscoroutinefunction(RequestMetricsMiddleware(lambda request: None))


class TestDuration:
    def test_is_the_time_until_the_response(self, client, metrics):
        client.get("/slow/")

        assert 0.06 <= metrics.seconds() < 1

    def test_of_a_stream_is_the_time_until_its_end(self, client, metrics):
        consume(client.get("/stream/"))

        assert 0.06 <= metrics.seconds() < 1

    def test_falls_into_its_bucket(self, client, metrics):
        client.get("/slow/")

        name = f"{durations.RequestDurations().histogram._name}_bucket"
        assert metrics.total(name, le="0.05") == 0
        assert metrics.total(name, le="10.0") == 1


class TestLabels:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_method(self, client, metrics, method):
        client.generic(method, "/ok/7/")

        assert metrics.requests(http_route="/ok/<int:number>/", http_request_method=method) == 1

    @pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "BREW", "_OTHER"])
    def test_any_other_method_is_not_told_apart(self, client, metrics, method):
        client.generic(method, "/ok/7/")

        assert metrics.requests() == 1
        assert (
            metrics.requests(
                http_route="unmatched",
                http_request_method="_OTHER",
                http_response_status_class="other",
            )
            == 1
        )

    @pytest.mark.parametrize(
        ("status", "label"),
        [
            (100, "other"),
            (204, "other"),
            (302, "other"),
            (405, "4xx"),
            (503, "5xx"),
            (999, "other"),
        ],
    )
    def test_of_any_other_method_only_failures_are_told_apart(self, rf, metrics, status, label):
        response = HttpResponse()
        response.status_code = status
        RequestMetricsMiddleware(lambda request: response)(rf.generic("BREW", "/"))

        assert metrics.requests(http_request_method="_OTHER", http_response_status_class=label) == 1

    @pytest.mark.parametrize(
        ("status", "label"), [(100, "1xx"), (204, "2xx"), (302, "3xx"), (451, "4xx"), (599, "5xx")]
    )
    def test_status_class(self, rf, metrics, status, label):
        RequestMetricsMiddleware(lambda request: HttpResponse(status=status))(rf.get("/"))

        assert metrics.requests(http_response_status_class=label) == 1

    def test_a_status_unknown_to_http_is_other(self, rf, metrics):
        response = HttpResponse()
        response.status_code = 999
        RequestMetricsMiddleware(lambda request: response)(rf.get("/"))

        assert metrics.requests(http_response_status_class="other") == 1


class TestFailure:
    @pytest.fixture(autouse=True)
    def forget_earlier_errors(self, monkeypatch):
        monkeypatch.setattr(middleware, "_errors_logged", [])

    def test_never_changes_the_response_and_is_logged_once(self, client, monkeypatch, caplog):
        def fail(*args):
            raise OSError("no space left on device")

        monkeypatch.setattr(durations.RequestDurations, "observe", fail)
        with caplog.at_level(logging.ERROR, "mkt_monitoring"):
            statuses = [client.get("/ok/7/").status_code for _ in range(3)]

        assert statuses == [200] * 3
        assert len(caplog.records) == 1
        assert "no space left" in caplog.text

    def test_never_hides_the_exception_of_the_site(self, rf, monkeypatch):
        def fail(*args):
            raise OSError("no space left on device")

        def broken(request):
            raise RuntimeError("the site's own")

        monkeypatch.setattr(durations.RequestDurations, "observe", fail)
        with pytest.raises(RuntimeError, match="the site's own"):
            RequestMetricsMiddleware(broken)(rf.get("/"))


def test_no_query_is_made(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get("/ok/7/")


def streamed():
    from django.http import StreamingHttpResponse

    return StreamingHttpResponse(iter([b"one", b"two"]))


def scope(path):
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
    }


@pytest.fixture
def rf():
    return RequestFactory()

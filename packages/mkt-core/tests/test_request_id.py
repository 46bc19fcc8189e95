import asyncio
import re

import pytest
from django.http import HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, RequestFactory

from mkt_core.middleware import RequestIdMiddleware
from mkt_core.request_id import current_request_id

GENERATED = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def trusting(settings):
    settings.MKT_CORE = {"TRUST_REQUEST_ID": True}


class TestId:
    def test_is_the_same_in_the_view_and_in_the_response(self, client):
        response = client.get("/whoami/")

        assert GENERATED.fullmatch(response.headers["X-Request-ID"])
        assert response.content.decode() == response.headers["X-Request-ID"]
        assert response.wsgi_request.META["mkt.request_id"] == response.headers["X-Request-ID"]

    def test_is_new_for_each_request(self, client):
        first, second = client.get("/whoami/"), client.get("/whoami/")

        assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]

    def test_is_on_error_pages(self, client):
        client.raise_request_exception = False

        response = client.get("/boom/")

        assert response.status_code == 500
        assert GENERATED.fullmatch(response.headers["X-Request-ID"])

    def test_is_gone_after_the_response(self, client):
        client.get("/whoami/")

        assert current_request_id() is None

    def test_is_gone_after_an_error(self):
        def fail(request):
            raise RuntimeError

        with pytest.raises(RuntimeError):
            RequestIdMiddleware(fail)(RequestFactory().get("/"))

        assert current_request_id() is None

    def test_of_a_client_is_not_trusted(self, client):
        response = client.get("/whoami/", headers={"X-Request-ID": "mine"})

        assert GENERATED.fullmatch(response.headers["X-Request-ID"])

    @pytest.mark.parametrize(
        "given", ["mine", "Root=1-67891233-abcdef012345678912345678", "a" * 128]
    )
    @pytest.mark.usefixtures("trusting")
    def test_of_a_trusted_proxy_is_kept(self, client, given):
        response = client.get("/whoami/", headers={"X-Request-ID": given})

        assert response.content.decode() == response.headers["X-Request-ID"] == given

    @pytest.mark.parametrize(
        "given", ["", "a" * 129, "a b", "a\nb", "ä", '"', "{}", "<script>", "a\n"]
    )
    @pytest.mark.usefixtures("trusting")
    def test_malformed_id_is_replaced_even_if_trusted(self, client, given):
        response = client.get("/whoami/", headers={"X-Request-ID": given})

        assert GENERATED.fullmatch(response.headers["X-Request-ID"])


class TestAsync:
    def test_is_the_same_in_the_view_and_in_the_response(self):
        response = asyncio.run(AsyncClient().get("/awhoami/"))

        assert GENERATED.fullmatch(response.headers["X-Request-ID"])
        assert response.content.decode() == response.headers["X-Request-ID"]

    def test_runs_natively(self):
        async def answer(request):
            return HttpResponse(current_request_id())

        middleware = RequestIdMiddleware(answer)

        assert asyncio.iscoroutinefunction(middleware) or middleware.async_mode
        response = asyncio.run(middleware(AsyncRequestFactory().get("/")))
        assert response.content.decode() == response.headers["X-Request-ID"]

    def test_concurrent_requests_keep_their_own(self):
        async def answer(request):
            before = current_request_id()
            await asyncio.sleep(0.01)
            return HttpResponse(before if before == current_request_id() else "mixed up")

        middleware = RequestIdMiddleware(answer)

        async def ask():
            requests = [AsyncRequestFactory().get("/") for _ in range(20)]
            return await asyncio.gather(*(middleware(request) for request in requests))

        responses = asyncio.run(ask())

        assert all(r.content.decode() == r.headers["X-Request-ID"] for r in responses)
        assert len({r.headers["X-Request-ID"] for r in responses}) == 20

"""The middleware in an event loop."""

import asyncio

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpResponse
from django.test import AsyncClient, AsyncRequestFactory

from mkt_core.cache import tag
from mkt_core.cache.middleware import ResponseCacheMiddleware
from mkt_core.cache.store import bump


class View:
    def __init__(self, seconds=0.0):
        self.seconds = seconds
        self.renders = 0
        self.error = None

    async def __call__(self, request):
        self.renders += 1
        tag("view")
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        return HttpResponse(f"render {self.renders}")


def middleware_for(view):
    async def get_response(request):
        return await view(request)

    middleware = ResponseCacheMiddleware(get_response)
    assert iscoroutinefunction(middleware)
    return middleware


async def get(middleware, path="/"):
    return await middleware(AsyncRequestFactory().get(path))


def test_hits_and_misses(website):
    async def visit():
        middleware = middleware_for(View())
        first, second = await get(middleware), await get(middleware)
        bump({"view"})
        return first, second, await get(middleware)

    responses = asyncio.run(visit())

    assert [response["X-MKT-Cache"] for response in responses] == ["miss", "hit", "miss"]
    assert [response.content for response in responses] == [b"render 1", b"render 1", b"render 2"]


def test_tags_of_other_threads_count(website):
    from asgiref.sync import sync_to_async

    async def view(request):
        await sync_to_async(tag)("elsewhere")
        return HttpResponse("")

    async def visit():
        middleware = ResponseCacheMiddleware(view)
        await get(middleware)
        bump({"elsewhere"})
        return await get(middleware)

    assert asyncio.run(visit())["X-MKT-Cache"] == "miss"


def test_one_renders_and_the_others_wait(website):
    view = View(0.3)

    async def visit():
        middleware = middleware_for(view)
        return await asyncio.gather(*(get(middleware) for _ in range(20)))

    responses = asyncio.run(visit())

    assert view.renders == 1
    assert {response.content for response in responses} == {b"render 1"}


def test_the_old_response_instead_of_an_error(website):
    website.MKT_CORE = {"CACHE_SECONDS": 0.0}
    view = View()

    async def visit():
        middleware = middleware_for(view)
        await get(middleware)
        view.error = RuntimeError("broken view")
        return await get(middleware)

    assert asyncio.run(visit())["X-MKT-Cache"] == "stale"


def test_a_client_that_leaves_frees_the_lease(website):
    view = View(5)

    async def visit():
        middleware = middleware_for(view)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(get(middleware), 0.1)
        view.seconds = 0
        return await asyncio.wait_for(get(middleware), 2)

    assert asyncio.run(visit())["X-MKT-Cache"] == "miss"


def test_the_whole_stack(website):
    async def visit():
        client = AsyncClient()
        paths = ["/async/", "/async/", "/plain/", "/plain/", "/plain/?utm_source=a", "/plain/?x=1"]
        return [await client.get(path) for path in paths]

    responses = asyncio.run(visit())

    states = [response["X-MKT-Cache"] for response in responses]
    assert states == ["miss", "hit", "miss", "hit", "hit", "bypass:query"]

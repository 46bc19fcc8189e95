import asyncio
import io
import time

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse


def ok(request, **kwargs):
    return HttpResponse("ok")


def slow(request):
    time.sleep(0.06)
    return HttpResponse("slow")


def stream(request):
    def body():
        for _ in range(3):
            time.sleep(0.02)
            yield b"part"

    return StreamingHttpResponse(body())


def file(request):
    return FileResponse(io.BytesIO(b"file"), filename="file.txt")


def broken(request):
    raise RuntimeError("broken on purpose")


def missing(request):
    raise Http404


def forbidden(request):
    raise PermissionDenied


async def async_ok(request, number):
    await asyncio.sleep(0)
    return HttpResponse("ok")


async def async_broken(request):
    raise RuntimeError("broken on purpose")


async def async_stream(request):
    async def body():
        for _ in range(3):
            await asyncio.sleep(0.02)
            yield b"part"

    return StreamingHttpResponse(body())


async def async_forever(request):
    await asyncio.sleep(60)

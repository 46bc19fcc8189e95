"""One of several processes of a site: waits for a line, then answers many visitors at once.

``python -m tests.cache.middleware.crowd COUNT`` with ``REDIS_URL``; prints the number of renders, then the states.
"""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import django
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

renders = []
lock = threading.Lock()


def view(request):
    with lock:
        renders.append(request.path)
    time.sleep(0.5)
    return HttpResponse("body")


def main():
    settings.ALLOWED_HOSTS = ["testserver"]
    # However busy the machine is.
    settings.MKT_CORE = {"CACHE_SOCKET_TIMEOUT_SECONDS": 5.0, "CACHE_WAIT_SECONDS": 20.0}
    django.setup()

    from mkt_core.cache.middleware import ResponseCacheMiddleware
    from mkt_core.cache.store import get_store

    middleware = ResponseCacheMiddleware(view)
    get_store().look_up("connect")
    count = int(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(count) as pool:
        responses = pool.map(lambda _: middleware(RequestFactory().get("/crowd/")), range(count))
        states = [response["X-MKT-Cache"] for response in responses]
    print(len(renders), *states)


if __name__ == "__main__":
    main()

"""``/metrics`` on a port of its own, so that the proxy in front of the site need not know of it.

gunicorn's hook ``post_worker_init`` starts it when ``MKT_MONITORING["METRICS_PORT"]`` is set; other servers call
``start()`` in the module of their application. Of several workers, one has the port, and answers for all of them. When
it goes, the next one takes over.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import socketserver
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import Http404, HttpResponse, HttpResponseNotFound

from .conf import settings_in_force
from .multiprocess.archive import merge_dead
from .multiprocess.files import multiprocess_directory

try:
    import fcntl
except ImportError:  # Windows has no such locks, nor servers with several workers.
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

PATH = "/metrics"
#: So long a client may keep the port busy without saying anything.
CLIENT_SECONDS = 5
#: After the port could not be had, it is tried again.
RETRY_SECONDS = 15.0

_started: dict[int, MetricsServer] = {}


def start() -> MetricsServer | None:
    """Serve the metrics from a thread of this process; None if ``METRICS_PORT`` is not set. Again is the same as once.

    Returns at once and never raises because of the port: one that is taken is logged, and tried again.
    """
    conf = settings_in_force()
    if conf.METRICS_PORT is None:
        return None
    # A forked process has no threads of its parent.
    server = _started.get(os.getpid())
    if server is None:
        server = _started[os.getpid()] = MetricsServer(conf.METRICS_ADDRESS, conf.METRICS_PORT)
        server.start()
    return server


class MetricsServer(Thread):
    """The thread that waits for the port, and answers there. ``listening`` is set while it does."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__(name="mkt-metrics", daemon=True)
        self.listening = Event()
        self._address, self._port = address, port
        self._complained = False

    def run(self) -> None:
        with _turn(self._port):
            while not self._served():
                time.sleep(RETRY_SECONDS)

    def _served(self) -> bool:
        """Answer until the process ends; False if the port cannot be had."""
        try:
            server = _Server((self._address, self._port))
        except (OSError, OverflowError) as error:
            self._complain(error)
            return False
        with server:
            self.listening.set()
            server.serve_forever()
        return True

    def _complain(self, error: Exception) -> None:
        if self._complained:
            return
        self._complained = True
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "another program has that port" if taken else str(error)
        logger.error(
            "The metrics cannot be served at %s port %s (MKT_MONITORING['METRICS_PORT']): %s. The site goes on.",
            self._address,
            self._port,
            why,
        )


@contextmanager
def _turn(port: int) -> Iterator[None]:
    """Wait until no other worker has the port. The system ends the waiting when the one that had it is gone."""
    directory = multiprocess_directory()
    if directory is None or fcntl is None:
        yield
        return
    try:
        handle = (directory / f"port-{port}.lock").open("a")
    except OSError:
        yield
        return
    with handle:
        # Unlike those of flock(), such a lock is not passed on to children that live longer.
        fcntl.lockf(handle, fcntl.LOCK_EX)
        yield


class _Handler(WSGIRequestHandler):
    timeout = CLIENT_SECONDS

    def log_message(self, *args: Any) -> None:
        """A scrape each few seconds is no news."""


class _Server(WSGIServer):
    def __init__(self, address: tuple[str, int]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)
        self.set_app(application)

    def server_bind(self) -> None:
        """Without looking the name of the machine up, which takes its time where there is no DNS."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The client has gone, or said nothing in time."""
        logger.debug("A reader of the metrics was lost.")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that knows the metrics, for those who may read them, and nothing else."""
    response = _response(environ)
    start_response(
        f"{response.status_code} {response.reason_phrase}", list(response.headers.items())
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]


def _response(environ: dict[str, Any]) -> HttpResponse:
    from .views import metrics

    if environ.get("PATH_INFO") != PATH:
        return HttpResponseNotFound(content_type="text/plain")
    if directory := multiprocess_directory():
        # gunicorn's hook does it at once; of other servers, and of Celery's workers, somebody must.
        merge_dead(directory)
    try:
        return metrics(WSGIRequest(environ))
    except Http404:
        return HttpResponseNotFound(content_type="text/plain")
    except Exception:
        logger.exception("The metrics could not be written.")
        return HttpResponse("The metrics could not be written.\n", "text/plain", 500)
    finally:
        # Those of the collectors. No request ends here, so nobody else would.
        connections.close_all()

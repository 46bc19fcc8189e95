"""A CDN's API on this machine: it remembers what it is asked, and answers, refuses or hangs as told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..store.servers import eventually


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that do not wait for the answer are what this is about."""


class Request:
    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        self.body = body


class Cdn:
    """``script`` holds the answers to come, the last of which stays.

    Each is a status, or (status, headers, body), or "hang".
    """

    def __init__(self, *script):
        self.script = list(script) or [200]
        self.requests = []
        self._released = threading.Event()
        self._lock = threading.Lock()
        cdn = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def __getattr__(self, name):
                # Whatever the method, PURGE included.
                if name.startswith("do_"):
                    return self._answer
                raise AttributeError(name)

            def _answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with cdn._lock:
                    cdn.requests.append(Request(self, body))
                    answer = cdn.script.pop(0) if len(cdn.script) > 1 else cdn.script[0]
                if answer == "hang":
                    cdn._released.wait(30)
                    self.close_connection = True
                    return
                status, headers, body = answer if isinstance(answer, tuple) else (answer, {}, b"{}")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def wait_for(self, number, seconds=5):
        """Whether so many requests have come, and not more."""
        return eventually(lambda: len(self.requests) >= number, seconds) and (
            len(self.requests) == number
        )

    def close(self):
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

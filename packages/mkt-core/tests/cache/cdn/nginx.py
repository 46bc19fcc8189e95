"""A real nginx with the configuration that we ship, in front of a small site."""

import contextlib
import getpass
import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from ..store.servers import free_port

ROOT = Path(__file__).resolve().parents[5]
SNIPPETS = ROOT / "example_project" / "deploy" / "nginx"
CACHE_FOLDER = "/var/cache/nginx/mkt"
# Where it can be unpacked instead of installed, since the package starts a server.
UNPACKED = ROOT / ".cache" / "debian"
HOW_TO_GET = (
    "no nginx: run 'apt-get install nginx-light', or, in the root of the repository, "
    "'python scripts/debian.py nginx-light'"
)


def find_nginx():
    """On PATH, where Debian puts it, or where it was unpacked."""
    places = [os.environ.get("PATH", ""), "/usr/sbin", str(UNPACKED / "usr" / "sbin")]
    return shutil.which("nginx", path=os.pathsep.join(places))


class _Handler(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # Fifty at once are more than the five that usually may wait.
    request_queue_size = 128


class Site:
    """A WSGI application on a port; ``seen`` are the requests that nginx has passed on."""

    def __init__(self, application):
        self._application = application
        self.seen = []
        self.delay_seconds = 0
        self.port = free_port()
        self.start()

    def start(self):
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.set_app(self._answer)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, environ, start_response):
        self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        time.sleep(self.delay_seconds)
        return self._application(environ, start_response)


class Nginx:
    def __init__(self, binary, folder, upstream_port):
        self.port = free_port()
        self.folder = folder
        self._command = [binary, "-p", folder, "-c", folder / "nginx.conf"]
        (folder / "nginx.conf").write_text(self._configuration(upstream_port))
        for name in ("microcache.conf", "microcache_location.conf"):
            text = (SNIPPETS / name).read_text()
            (folder / name).write_text(text.replace(CACHE_FOLDER, str(folder / "cache")))
        self._process = None

    def check(self):
        """What ``nginx -t`` says, and its exit status."""
        done = subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def start(self):
        self._process = subprocess.Popen(self._command, cwd=self.folder)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.02)
        raise RuntimeError((self.folder / "error.log").read_text())

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def get(self, path, method="GET", **headers):
        """Status, headers and body; a header's name is written with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Host": "localhost", **given})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def files(self):
        """What is in the cache, as text."""
        found = (self.folder / "cache").rglob("*")
        return [path.read_bytes().decode("latin-1") for path in found if path.is_file()]

    def _configuration(self, upstream_port):
        # Its workers would be somebody else, who may not read this folder.
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        temporary = "\n".join(
            f"    {name}_temp_path {self.folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return f"""
{user}
daemon off;
worker_processes 1;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
{temporary}
    include microcache.conf;
    server {{
        listen 127.0.0.1:{self.port};
        location / {{
            include microcache_location.conf;
            proxy_pass http://127.0.0.1:{upstream_port};
        }}
    }}
}}
"""

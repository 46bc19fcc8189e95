"""Servers of a stack that go away for a while, and visitors who come meanwhile."""

import contextlib
import os
import signal
import threading
import time
import urllib.error
from dataclasses import dataclass, field

from tests.waiting import wait_until

#: Between two requests of one visitor: without it, the visitors alone would keep a machine busy.
PAUSE_SECONDS = 0.03


def pids(stack, name):
    """The pid of what starts the server again, and that of the server itself."""
    folder = stack.folder / "state"
    kept = folder / name / "pids"
    keeper, process = (kept if kept.exists() else folder / f"{name}.pids").read_text().split()
    return int(keeper), int(process)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            # A zombie waits for its parent, which we may have stopped.
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def away(stack, name, number=signal.SIGKILL):
    """While the block runs, the server is gone and nobody starts it again; after it, somebody does."""
    keeper, process = pids(stack, name)
    os.kill(keeper, signal.SIGSTOP)
    try:
        os.kill(process, number)
        wait_until(lambda: not is_alive(process), seconds=30)
        yield
    finally:
        os.kill(keeper, signal.SIGCONT)
    wait_until(lambda: pids(stack, name)[1] != process, seconds=30)


@contextlib.contextmanager
def frozen(stack, name):
    """While the block runs, the server takes connections, by the kernel's doing, and never answers."""
    _, process = pids(stack, name)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@dataclass
class Visitors:
    """They ask for each of ``paths`` without end while the block runs; one thread for each.

    A path with ``{}`` is another address each time, so that no cache has it.
    """

    stack: object
    paths: list
    answers: dict = field(default_factory=dict)

    def __enter__(self):
        self._over = threading.Event()
        self.answers = {path: [] for path in self.paths}
        self._threads = [threading.Thread(target=self._visit, args=(path,)) for path in self.paths]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def see(self, number, *, seconds=60):
        """Wait until each of them has got so many more answers."""
        before = {path: len(answers) for path, answers in self.answers.items()}
        wait_until(
            lambda: all(
                len(answers) >= before[path] + number for path, answers in self.answers.items()
            ),
            seconds=seconds,
        )

    def _visit(self, path):
        while not self._over.is_set():
            started = time.monotonic()
            try:
                with self.stack.get(path.format(time.time_ns())) as answer:
                    answer.read()
                status = answer.status
            except urllib.error.HTTPError as error:
                error.close()
                status = error.code
            except OSError:
                status = 0
            self.answers[path].append((status, time.monotonic() - started))
            self._over.wait(PAUSE_SECONDS)

    def failures(self, path):
        return [status for status, _ in self.answers[path] if status != 200]

    def longest(self, path):
        return max(seconds for _, seconds in self.answers[path])

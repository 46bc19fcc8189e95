"""``again.sh``: what dies is started again, what is told to end ends, and what does not stay up is given up."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

AGAIN = Path(__file__).resolve().parents[1] / "again.sh"


@pytest.fixture
def kept(tmp_path):
    """``kept(*command)``: the process of again.sh, which is ended after the test."""
    started = []

    def start(*command):
        process = subprocess.Popen([AGAIN, tmp_path / "pids", *command], stdout=subprocess.DEVNULL)
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


def command_pid(folder, but=None):
    """The pid of what runs now; waits until there is another one than ``but``."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if (folder / "pids").exists():
            pid = int((folder / "pids").read_text().split()[1])
            if pid != but:
                return pid
        time.sleep(0.05)
    raise AssertionError("nothing was started")


def test_what_is_killed_is_started_again(kept, tmp_path):
    kept("sleep", "60")
    first = command_pid(tmp_path)
    os.kill(first, signal.SIGKILL)

    assert command_pid(tmp_path, but=first) != first


def test_what_is_told_to_end_takes_the_command_along(kept, tmp_path):
    process = kept("sleep", "60")
    pid = command_pid(tmp_path)
    process.terminate()

    assert process.wait(10) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_told_to_end_while_it_waits_it_starts_nothing_more(kept, tmp_path):
    process = kept("sleep", "60")
    first = command_pid(tmp_path)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    process.terminate()

    process.wait(10)
    assert int((tmp_path / "pids").read_text().split()[1]) == first


def test_what_ends_at_once_is_given_up(kept):
    assert kept("sh", "-c", "exit 7").wait(20) == 7

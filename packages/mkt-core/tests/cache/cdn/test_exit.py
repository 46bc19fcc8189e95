"""What a process has not told anybody yet when it ends, by itself or by SIGTERM."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from .servers import Cdn

SCRIPT = Path(__file__).with_name("process.py")
CASES = {"stopped": ("sigterm", 200), "hangs": ("return", "hang")}


class Ending:
    """One process and the CDN that it should tell."""

    def __init__(self, end, answer):
        self.cdn = Cdn(answer)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, SCRIPT, self.cdn.url, end], stderr=subprocess.PIPE, text=True
        )

    def finish(self):
        self.stderr = self.process.communicate(timeout=60)[1]
        self.seconds = time.monotonic() - self.started
        self.cdn.close()


@pytest.fixture(scope="module")
def endings():
    """All of them side by side: to start one takes longer than anything it does."""
    found = {name: Ending(*case) for name, case in CASES.items()}
    for ending in found.values():
        ending.finish()
    return found


def test_is_told_before_the_end(endings):
    ending = endings["stopped"]

    assert (ending.process.returncode, ending.stderr) == (0, "")
    assert [request.headers["xkey-purge"] for request in ending.cdn.requests] == ["page:7"]


def test_a_cdn_that_hangs_does_not_keep_the_process_alive(endings):
    ending = endings["hangs"]

    assert ending.process.returncode == 0
    assert ending.cdn.requests
    # Half a second, and a start that takes its time on a busy machine.
    assert ending.seconds < 20
    assert ending.stderr == "ERROR varnish will not be told to purge 1 tags: exit\n"

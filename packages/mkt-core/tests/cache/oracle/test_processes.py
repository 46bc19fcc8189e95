"""Four processes read while a fifth edits."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from ..middleware.conftest import redis_binary, server, shared_server  # noqa: F401
from ..site.models import Topic
from .crowd import ENOUGH_EDITS

SECONDS = 3


@pytest.fixture
def clock(autocommit):
    """The page's number, for all processes to see."""
    if connection.vendor != "postgresql":
        pytest.skip("several processes need a database server")
    topic = Topic.objects.create(name="0", slug="clock")
    yield
    topic.delete()


def test_nobody_is_given_what_was_changed_long_ago(clock, server, tmp_path):  # noqa: F811
    Path(tmp_path, "committed").write_text("0 0")
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "REDIS_URL": server.url,
    }

    def start(role):
        command = [sys.executable, "-m", "tests.cache.oracle.crowd", role, str(tmp_path)]
        return subprocess.Popen(
            [*command, str(SECONDS)],
            cwd=Path(__file__).parents[3],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    processes = [start("editor"), *(start("reader") for _ in range(4))]
    answers = [process.communicate(timeout=120) for process in processes]

    assert [process.returncode for process in processes] == [0] * 5, answers
    edits, *hits = (int(out) for out, _ in answers)
    # On a busy machine there are few of both.
    assert edits >= ENOUGH_EDITS
    assert sum(hits) >= 10

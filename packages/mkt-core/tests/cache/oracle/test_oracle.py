"""Editors do anything in any order: what comes through the cache is what comes without it, byte for byte.

The normal run plays 160 steps on the database at hand, through Redis where that is PostgreSQL, else in memory: 320 in
``make test``. The long campaign plays 10,000 on each.
"""

from contextlib import ExitStack

import pytest
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from mkt_core.cache import store
from mkt_core.cache.purging import set_sink

from ..middleware.conftest import (  # noqa: F401
    LOCMEM,
    _fresh_stores,
    redis_binary,
    server,
    shared_server,
    tracking,
)
from ..tracking.conftest import undone
from .editors import Editors
from .world import FEW_URLS, SETTINGS, Tally, Visitor, build, forget_everything

# Wagtail leaves the temporary file of a new rendition to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
        "ignore:.*SpooledTemporaryFile:ResourceWarning",
    ),
    pytest.mark.django_db,
    pytest.mark.usefixtures("tracking"),
]
#: The share of unchanged responses that are not rendered anew must not fall below this.
PRECISION = 0.7

LOCAL = {"BACKEND": LOCMEM, "LOCATION": "oracle", "OPTIONS": {"MAX_ENTRIES": 10_000}}
REDIS = "django.core.cache.backends.redis.RedisCache"


class ShortGame(Editors):
    tally = Tally()
    urls = FEW_URLS
    most_urls = 6

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(undone())
        forget_everything()
        self.visitor = Visitor(self.urls, self.most_urls)
        self.stack.enter_context(connection.execute_wrapper(self.visitor.note_writes))

    @initialize()
    def arrive(self):
        self.visitor.arrive()

    def judge(self):
        if self.visitor.known:
            self.visitor.look_around(self.tally)

    def teardown(self):
        self.stack.close()


class LongGame(ShortGame):
    urls = ()
    most_urls = 15


@pytest.fixture
def built(db, tmp_path, monkeypatch):
    """The sites; the tests' own transaction is none of a visitor's."""
    monkeypatch.setattr("mkt_core.cache.serving.is_in_transaction", lambda: False)
    monkeypatch.setattr("mkt_core.cache.serving.random.random", lambda: 0.0)
    with override_settings(**SETTINGS, MEDIA_ROOT=tmp_path):
        replaced = set_sink(store.bump)
        with undone():
            build()
            yield
        set_sink(replaced)


@pytest.fixture
def on_redis(built, server, settings):  # noqa: F811
    settings.CACHES = {"default": {"BACKEND": REDIS, "LOCATION": server.url}}


@pytest.fixture
def in_memory(built, settings):
    settings.CACHES = {"default": LOCAL}


def play(game, **kwargs):
    game.tally = Tally()
    run_state_machine_as_test(
        game,
        settings=settings(
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            # Looking for the shortest way into trouble would take longer than all the rest.
            phases=[Phase.generate],
            **kwargs,
        ),
    )
    print(f"\n{game.tally} precision {game.tally.precision:.1%}")
    return game.tally


def test_everything_is_right_in_a_short_game(request):
    request.getfixturevalue("on_redis" if connection.vendor == "postgresql" else "in_memory")

    tally = play(ShortGame, max_examples=7, stateful_step_count=30, derandomize=True)

    assert tally.steps >= 160
    assert tally.changed > 50
    assert tally.precision >= PRECISION


@pytest.mark.slow
@pytest.mark.parametrize("where", ["in_memory", "on_redis"])
def test_everything_is_right_in_a_long_game(where, request):
    request.getfixturevalue(where)

    tally = play(LongGame, max_examples=240, stateful_step_count=50, print_blob=True)

    assert tally.steps >= 10_000
    assert tally.precision >= PRECISION

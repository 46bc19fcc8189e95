from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings

from mkt_core.cache.collector import collecting
from mkt_core.cache.tracking import installation
from mkt_core.signals import tags_bumped

from ..site.building import build
from ..site.rendering import render


class Oracle:
    """Renders of URLs with the tags they left, and every bump since."""

    def __init__(self):
        self.seen = {}
        self.bumps = set()

    def receive(self, tags, **kwargs):
        self.bumps |= tags

    def commit(self):
        """Run what waits for the commit; the test's own transaction never commits."""
        hooks, connection.run_on_commit = connection.run_on_commit, []
        for _, hook, *_ in hooks:
            hook()

    def render(self, *paths):
        self.commit()
        for path in paths:
            with collecting() as collector:
                text = render(path)
            assert not collector.reasons
            self.seen[path] = text, frozenset(collector.tags)
        self.bumps.clear()

    def is_purged(self, path):
        return not self.bumps.isdisjoint(self.seen[path][1])

    @contextmanager
    def listening(self):
        """Hear of every bump inside the block."""
        tags_bumped.connect(self.receive)
        try:
            yield self
        finally:
            tags_bumped.disconnect(self.receive)

    def judge(self, verbose=True):
        """The pages that changed, those purged in vain; none may have changed without a purge."""
        self.commit()
        changed, needless = set(), set()
        for path, (text, _) in self.seen.items():
            if render(path) != text:
                changed.add(path)
                assert self.is_purged(path), (path, text, render(path), sorted(self.bumps))
            elif self.is_purged(path):
                needless.add(path)
                if verbose:
                    print("needless:", path, *sorted(self.bumps & self.seen[path][1]))
        return changed, needless


@contextmanager
def undone():
    """What is written inside the block is rolled back, and nothing of it stays in a cache of Wagtail's."""
    cache.clear()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        cache.clear()


@pytest.fixture(scope="module")
def module_settings(tmp_path_factory):
    """Pages have URLs, and pictures a folder of their own."""
    media = str(tmp_path_factory.mktemp("media"))
    with override_settings(ROOT_URLCONF="tests.cache.site.urls", MEDIA_ROOT=media):
        yield


@pytest.fixture(scope="module")
def unblocked(django_db_setup, django_db_blocker, module_settings):
    """The database for a whole module; whoever writes cleans up with ``undone()``."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def tracking():
    installation.install()
    yield
    installation.uninstall()


@pytest.fixture(scope="module")
def built(unblocked):
    """The site's pages, built once for all tests of a module."""
    with undone():
        build()
        yield


@pytest.fixture
def oracle(built, tracking, db):
    oracle = Oracle()
    with undone(), oracle.listening():
        yield oracle

"""What the tests of the whole site share."""

from functools import partial

import debian
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction

from home.demo import images

from .served import missing


def pytest_collection_modifyitems(items):
    """What needs the demo content comes last, so that it is loaded once and no other test finds it."""
    items.sort(key=lambda item: "demo_content" in item.fixturenames)


@pytest.fixture(scope="session")
def demo_content(django_db_setup, django_db_blocker):
    """The demo content, rolled back at the end.

    Each test still runs in a transaction of its own, inside this one. The pictures are small:
    at full size, drawing and scaling them would be most of the work.
    """
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(images, "render", partial(images.render, width=320, height=180))
        with transaction.atomic():
            call_command("load_demo_content", "--force", verbosity=0)
            yield
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _empty_cache():
    """Wagtail keeps the addresses of sites in the cache, which no rollback reaches."""
    yield
    cache.clear()


@pytest.fixture(scope="session")
def find_program():
    """``find_program("nginx", package="nginx-light")``: a program of this machine; its absence says how to get it."""

    def find(name, *, package):
        try:
            return debian.program(name, package)
        except debian.MissingProgramError as error:
            missing(str(error))

    return find

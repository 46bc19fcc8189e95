"""What the tests of the whole site share."""

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def demo_content(django_db_setup, django_db_blocker):
    """The demo content, loaded once for a module and rolled back after it.

    Each test still runs in a transaction of its own, inside this one.
    """
    with django_db_blocker.unblock():
        with transaction.atomic():
            call_command("load_demo_content", "--force", verbosity=0)
            yield
            transaction.set_rollback(True)


@pytest.fixture
def site(demo_content, db, client):
    """A reader of the demo site."""
    return client

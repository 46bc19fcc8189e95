import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from mkt_core.cache import counting

from ..middleware.conftest import *  # noqa: F403


@pytest.fixture
def counted(website, db, monkeypatch):
    """The site with its admin, and figures that begin at zero and are handed over when they are asked for."""
    monkeypatch.setattr(counting, "_is_flush_due", True)
    website.ROOT_URLCONF = "tests.cache.purging.urls"
    counting._counts.clear()
    counting.install()
    yield website
    counting.response_cache_looked_up.disconnect(dispatch_uid="mkt_core.cache.counting")
    counting._counts.clear()


@pytest.fixture
def operator(db):
    """Somebody who may purge, and nothing else."""
    user = get_user_model().objects.create_user("olga", password="x")
    wanted = Permission.objects.filter(codename__in=["access_admin", "purge_responsecache"])
    user.user_permissions.set(wanted)
    return user

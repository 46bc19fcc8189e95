import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_cache():
    """Wagtail caches where the sites begin; a rollback after the test before does not tell it."""
    cache.clear()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def api(client):
    """GET below the API's prefix."""

    def get(path="", /, **parameters):
        return client.get(f"/api/v1/{path}", parameters)

    return get

import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def api(client):
    """GET below the API's prefix."""

    def get(path="", **parameters):
        return client.get(f"/api/v1/{path}", parameters)

    return get

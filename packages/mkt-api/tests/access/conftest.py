import pytest
from django.core.cache import cache

from mkt_api.access import lookup, usage
from mkt_api.access.tokens import create_token


@pytest.fixture(autouse=True)
def fresh():
    """Nothing remembered, nothing counted."""
    lookup.forget()
    usage.forget()
    cache.clear()
    yield
    lookup.forget()
    cache.clear()


@pytest.fixture
def make_token():
    """A token (row and text) that reads everything, unless told otherwise."""

    def make(**options):
        return create_token(options.pop("name", "Front end"), **options)

    return make


@pytest.fixture
def ask(client):
    """GET below the API's prefix with a token."""

    def get(path="entries/", token=None, **headers):
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return client.get(f"/api/v1/{path}", headers=headers)

    return get

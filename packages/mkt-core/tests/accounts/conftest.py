import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from mkt_core.ratelimit.counters import forget_counters
from mkt_core.signals import login_throttled

AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


@pytest.fixture
def site(settings, db):
    """Wagtail's admin and logins of the site, throttled, with no attempts counted."""
    settings.ROOT_URLCONF = "tests.accounts.urls"
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "accounts",
        }
    }
    settings.AUTHENTICATION_BACKENDS = [
        "mkt_core.accounts.backends.LoginThrottle",
        "django.contrib.auth.backends.ModelBackend",
    ]
    middleware = list(settings.MIDDLEWARE)
    middleware.insert(
        middleware.index(AUTHENTICATION) + 1, "mkt_core.accounts.middleware.AccountsMiddleware"
    )
    settings.MIDDLEWARE = middleware
    from django.core.cache import cache

    cache.clear()
    forget_counters()
    yield settings
    cache.clear()
    forget_counters()


@pytest.fixture
def editor(db):
    return get_user_model().objects.create_superuser("Erika", "erika@example.org", "right")


@pytest.fixture
def throttled():
    """What the signal said."""
    seen = []

    def note(action, limit, **kwargs):
        seen.append((action, limit))

    login_throttled.connect(note)
    yield seen
    login_throttled.disconnect(note)


class Visitor:
    """A browser at an address."""

    def __init__(self, address="192.0.2.1"):
        self.client = Client(REMOTE_ADDR=address)

    def log_in(self, password, name="Erika", url="/admin/login/", **data):
        return self.client.post(url, {"username": name, "password": password, **data})

    def fail(self, times, name="Erika"):
        return [self.log_in("wrong", name).status_code for _ in range(times)]


@pytest.fixture
def visitor(site, editor):
    return Visitor

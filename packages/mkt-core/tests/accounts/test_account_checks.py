import pytest
from django.core.checks import run_checks

from .conftest import AUTHENTICATION

THROTTLE = "mkt_core.accounts.backends.LoginThrottle"
MODEL = "django.contrib.auth.backends.ModelBackend"
MIDDLEWARE = "mkt_core.accounts.middleware.AccountsMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"

pytestmark = pytest.mark.django_db


def found():
    return [
        message
        for message in run_checks(tags=["security"])
        if message.id.startswith("mkt_core.") and 120 <= int(message.id[-3:]) < 130
    ]


def test_a_site_without_the_throttle_is_fine():
    assert found() == []


def test_a_site_with_it_is_fine(site):
    assert found() == []


@pytest.mark.parametrize(
    ("conf", "number"),
    [
        ({"LOGIN_ATTEMPTS": 0}, "E120"),
        ({"LOGIN_PERIOD_SECONDS": 0.0}, "E120"),
        ({"LOGIN_ADDRESS_FAILURES": -1}, "E120"),
        ({"PASSWORD_RESETS": 0}, "E120"),
        ({"LOGIN_DEVICE_DAYS": -1}, "E120"),
        ({"LOGIN_ACCOUNT_LIMITS": [(0, 60.0)]}, "E121"),
        ({"LOGIN_ACCOUNT_LIMITS": [(5, 60.0, 1)]}, "E121"),
        ({"LOGIN_ACCOUNT_LIMITS": [(5, 600.0), (50, 60.0)]}, "E121"),
    ],
)
def test_limit_that_cannot_be_used(settings, conf, number):
    settings.MKT_CORE = conf

    (message,) = found()

    assert message.id == f"mkt_core.{number}"
    assert message.hint


def test_account_limits_may_be_lists_of_lists(settings):
    settings.MKT_CORE = {"LOGIN_ACCOUNT_LIMITS": [[10, 60], [20, 600]]}

    assert found() == []


def test_no_account_limits_at_all(settings):
    settings.MKT_CORE = {"LOGIN_ACCOUNT_LIMITS": []}

    assert found() == []


@pytest.mark.parametrize(
    ("backends", "middleware", "number"),
    [
        ([MODEL, THROTTLE], [SESSIONS, AUTHENTICATION, MIDDLEWARE, MESSAGES], "W122"),
        ([THROTTLE, MODEL], [SESSIONS, AUTHENTICATION, MESSAGES], "W123"),
        ([THROTTLE, MODEL], [SESSIONS, MIDDLEWARE, AUTHENTICATION, MESSAGES], "W124"),
    ],
)
def test_throttle_that_is_installed_by_halves(settings, backends, middleware, number):
    settings.AUTHENTICATION_BACKENDS = backends
    settings.MIDDLEWARE = middleware

    (message,) = found()

    assert message.id == f"mkt_core.{number}"
    assert message.hint

"""Names of cookies."""

import pytest

from mkt_core.cookies import cookie_name


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, "mkt_pin"),
        ({"SESSION_COOKIE_SECURE": True}, "__Host-mkt_pin"),
        ({"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_DOMAIN": "example.org"}, "mkt_pin"),
        ({"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_PATH": "/cms/"}, "mkt_pin"),
    ],
)
def test_cookies_of_a_secure_site_can_be_set_by_no_other_host(settings, values, name):
    for setting, value in values.items():
        setattr(settings, setting, value)

    assert cookie_name("mkt_pin") == name


def test_a_name_that_has_a_prefix_is_left_alone(settings):
    settings.SESSION_COOKIE_SECURE = True

    assert cookie_name("__Secure-pin") == "__Secure-pin"

"""What ``manage.py check`` says about policies and headers."""

import re
from pathlib import Path

import pytest

import mkt_core
from mkt_core.security import admin_policy, recommended, site_policy
from mkt_core.security.checks import DJANGO, check_security, check_transport
from mkt_core.security.policy_checks import check_policies, check_strength

from .conftest import CSP_MIDDLEWARE, HEADERS_MIDDLEWARE

NONCE = "<CSP_NONCE_SENTINEL>"
ENDPOINT = {"REPORTING_ENDPOINTS": {"csp": "/csp-report/"}}


@pytest.fixture
def site(website):
    """A site that follows all advice."""
    website.SECURE_CSP = site_policy(report_path="/csp-report/")
    website.WAGTAIL_GRAVATAR_PROVIDER_URL = None
    website.MKT_CORE = ENDPOINT
    return website


def every_message():
    checks = (check_policies, check_strength, check_security, check_transport)
    return [message for check in checks for message in check()]


def only(check):
    [message] = check()
    return message


def test_silent_on_a_site_that_follows_all_advice(site):
    for name, value in recommended(report_path="/csp-report/").items():
        setattr(site, name, value)

    assert every_message() == []


def test_silent_on_a_site_without_any_of_it(settings):
    assert every_message() == []


def test_silent_about_settings_that_another_check_tells_of(site):
    site.MKT_CORE = {"ADMIN_CSP": 5}

    assert every_message() == []


class TestPolicies:
    @pytest.mark.parametrize("name", ["SECURE_CSP", "SECURE_CSP_REPORT_ONLY"])
    @pytest.mark.parametrize(
        ("directive", "nearest"),
        [("script_src", "script-src"), ("img-scr", "img-src"), ("Default-Src", "default-src")],
    )
    def test_unknown_directive(self, site, name, directive, nearest):
        setattr(site, name, {directive: ["'self'"]})

        message = only(check_policies)

        assert message.id == "mkt_core.E060"
        assert f"{name} has the directive '{directive}'" in message.msg
        assert message.hint == f"Did you mean '{nearest}'?"

    def test_unknown_directive_of_the_admin(self, site):
        site.MKT_CORE = {"ADMIN_CSP": {"scripts": ["'self'"]}}

        assert only(check_policies).id == "mkt_core.E060"

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (["self"], "has self without its quotes"),
            ("none", "has none without its quotes"),
            (["'self"], "has 'self without its quotes"),
            (["sha256-abc="], "has sha256-abc= without its quotes"),
            (["'self' https://a.example"], "more than one source"),
            (["'self'; img-src *"], "more than one source"),
            (["https://a.example\r\nX: y"], "more than one source"),
            (["'none'", "https://a.example"], "'none' among others"),
            ([5], "is no text"),
        ],
    )
    def test_value_that_means_something_else(self, site, value, problem):
        site.SECURE_CSP = {"img-src": value}

        message = only(check_policies)

        assert message.id == "mkt_core.E061"
        assert problem in message.msg

    @pytest.mark.parametrize(
        "value",
        ["'none'", ["'self'", NONCE, "data:", "*.a.example:8000", "'sha256-abc='"], True, None, set()],
    )  # fmt: skip
    def test_good_values(self, site, value):
        site.SECURE_CSP = {"img-src": value}

        assert check_policies() == []

    @pytest.mark.parametrize(
        ("changes", "weakness"),
        [
            ({"script-src": ["'self'", "'unsafe-inline'"]}, "allows every inline script"),
            ({"script-src": ["'self'", "'unsafe-eval'"]}, "allows eval()"),
            ({"script-src": ["https:"]}, "from anywhere (https:)"),
            ({"script-src": None, "default-src": None}, "does not say which scripts"),
            ({"object-src": None, "default-src": ["'self'"]}, "allows plugins"),
            ({"base-uri": None}, "where its relative addresses lead"),
            ({"frame-ancestors": None}, "who may frame"),
        ],
    )
    def test_weak_policy(self, site, changes, weakness):
        site.SECURE_CSP = {**site_policy(), "object-src": ["'none'"], **changes}

        message = only(check_strength)

        assert message.id == "mkt_core.W063"
        assert weakness in message.msg

    @pytest.mark.parametrize(
        "scripts", [[NONCE, "'unsafe-inline'"], ["'strict-dynamic'", NONCE, "https:"]]
    )
    def test_what_is_there_for_old_browsers_only_is_not_weak(self, site, scripts):
        site.SECURE_CSP = site_policy() | {"script-src": scripts}

        assert check_strength() == []

    def test_weak_policy_of_the_admin(self, site):
        site.MKT_CORE = {"ADMIN_CSP": admin_policy(scripts=["'unsafe-inline'", "'unsafe-eval'"])}

        # The nonce of the admin's policy makes browsers ignore 'unsafe-inline'.
        assert "allows eval()" in only(check_strength).msg

    def test_what_is_only_reported_may_be_weak(self, site):
        site.SECURE_CSP_REPORT_ONLY = {"img-src": ["*"]}

        assert check_strength() == []


class TestMiddleware:
    def test_nothing_sends_the_policy(self, site):
        site.MIDDLEWARE = [HEADERS_MIDDLEWARE]

        message = only(check_security)

        assert message.id == "mkt_core.W062"
        assert CSP_MIDDLEWARE in message.hint

    @pytest.mark.parametrize("other", [DJANGO, "csp.middleware.CSPMiddleware"])
    def test_two_send_it(self, site, other):
        site.MIDDLEWARE = [other, *site.MIDDLEWARE]

        assert only(check_security).id == "mkt_core.W062"

    def test_nonce_without_context_processor(self, site):
        site.SECURE_CSP = site_policy(nonces=True)
        site.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]

        message = only(check_security)

        assert message.id == "mkt_core.W064"
        assert "mkt_core.security.context_processors.csp" in message.hint

    @pytest.mark.parametrize("package", ["django.template", "mkt_core.security"])
    def test_nonce_with_context_processor(self, site, package):
        site.SECURE_CSP = site_policy(nonces=True)
        options = {"context_processors": [f"{package}.context_processors.csp"]}
        site.TEMPLATES = [
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": options}
        ]

        assert check_security() == []


class TestAdmin:
    def test_policy_of_the_site_in_the_admin(self, site):
        site.MIDDLEWARE = [HEADERS_MIDDLEWARE, DJANGO]

        assert only(check_security).id == "mkt_core.W065"

    def test_no_policy_in_the_admin(self, site):
        site.MKT_CORE = {**ENDPOINT, "ADMIN_CSP": {}}

        assert only(check_security).id == "mkt_core.W065"

    def test_blocked_pictures_of_users(self, site):
        del site.WAGTAIL_GRAVATAR_PROVIDER_URL

        message = only(check_security)

        assert message.id == "mkt_core.W066"
        assert "WAGTAIL_GRAVATAR_PROVIDER_URL = None" in message.hint

    @pytest.mark.parametrize(
        "source",
        ["https://www.gravatar.com", "www.gravatar.com", "https://*.gravatar.com", "https:"],
    )
    def test_allowed_pictures_of_users(self, site, source):
        site.WAGTAIL_GRAVATAR_PROVIDER_URL = "//www.gravatar.com/avatar"
        site.MKT_CORE = {**ENDPOINT, "ADMIN_CSP": admin_policy(images=[source])}

        assert check_security() == []

    def test_pictures_from_the_site_itself(self, site):
        site.WAGTAIL_GRAVATAR_PROVIDER_URL = "/avatars/"

        assert check_security() == []


class TestReports:
    @pytest.mark.parametrize("address", ["/elsewhere", "/pages/reports/"])
    def test_nothing_answers(self, site, address):
        site.SECURE_CSP = {"report-uri": [address]}

        message = only(check_security)

        assert message.id == "mkt_core.W067"
        assert "mkt_core.urls" in message.hint

    def test_endpoint_that_nothing_answers(self, site):
        site.MKT_CORE = {"REPORTING_ENDPOINTS": {"csp": "/elsewhere"}}

        assert only(check_security).id == "mkt_core.W067"

    def test_unknown_group(self, site):
        site.MKT_CORE = {}

        message = only(check_security)

        assert message.id == "mkt_core.W067"
        assert "group 'csp'" in message.msg

    def test_group_that_is_not_sent(self, site):
        site.MIDDLEWARE = [CSP_MIDDLEWARE]

        assert only(check_security).id == "mkt_core.W067"

    def test_other_sites_are_believed(self, site):
        site.SECURE_CSP = {"report-uri": ["https://reports.example/csp"]}
        site.MKT_CORE = {"REPORTING_ENDPOINTS": {"csp": "https://reports.example/csp"}}

        assert check_security() == []

    def test_a_broken_urlconf_is_told_by_another_check(self, site):
        site.ROOT_URLCONF = "tests.no_such_urls"

        assert check_security() == []


class TestHeaders:
    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"PERMISSIONS_POLICY": {"camra": []}}, "Did you mean 'camera'?"),
            ({"PERMISSIONS_POLICY": {"camera": ["example.org"]}}, 'Write "self"'),
            ({"PERMISSIONS_POLICY": {"camera": ["https://a.example/x"]}}, 'Write "self"'),
            ({"RESOURCE_POLICY": "same"}, "One of 'same-origin'"),
            ({"RESOURCE_POLICY_PATHS": {"/api/": "any"}}, "One of 'same-origin'"),
            ({"RESOURCE_POLICY_PATHS": {"api/": "cross-origin"}}, "begin with a slash"),
            ({"ADMIN_CSP_PATHS": ["django-admin/"]}, "begin with a slash"),
            ({"EMBEDDER_POLICY": "yes"}, "One of 'require-corp'"),
            ({"CSP_REPORT_MAX_BYTES": 0}, "1 or more"),
            ({"CSP_REPORTS_PER_MINUTE": 0}, "1 or more"),
            ({"CSP_REPORT_LOG_SECONDS": -1}, "0 logs every"),
        ],
    )
    def test_values_that_cannot_be_used(self, site, values, told):
        site.MKT_CORE = {**ENDPOINT, **values}

        message = only(check_security)

        assert message.id == "mkt_core.W068"
        assert told in message.hint

    def test_values_that_can(self, site):
        site.MKT_CORE = {
            **ENDPOINT,
            "PERMISSIONS_POLICY": {"camera": ["self", "https://a.example"], "autoplay": ["*"]},
            "RESOURCE_POLICY": "",
            "EMBEDDER_POLICY": "credentialless",
        }

        assert check_security() == []


class TestTransport:
    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("SECURE_HSTS_SECONDS", 3600, "less than a year"),
            ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), "which proxies"),
            ("SESSION_COOKIE_SAMESITE", "None", "SESSION_COOKIE_SAMESITE lets"),
            ("CSRF_COOKIE_SAMESITE", False, "CSRF_COOKIE_SAMESITE lets"),
            ("SESSION_COOKIE_DOMAIN", ".example.org", "refuse the cookie '__Host-sessionid'"),
            ("CSRF_COOKIE_SECURE", False, "refuse the cookie '__Host-csrftoken'"),
        ],
    )
    def test_weak_settings(self, site, name, value, told):
        for key, good in recommended().items():
            setattr(site, key, good)
        setattr(site, name, value)

        message = only(check_transport)

        assert message.id == "mkt_core.W069"
        assert told in message.msg

    @pytest.mark.parametrize(
        "key", [{"TRUSTED_PROXIES": ["10.0.0.0/8"]}, {"TRUSTED_PROXY_COUNT": 1}]
    )
    def test_known_proxies(self, site, key):
        site.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        site.MKT_CORE = key

        assert check_transport() == []


def test_every_id_is_in_the_readme():
    folder = Path(mkt_core.__file__).parent / "security"
    sources = "".join(path.read_text() for path in folder.glob("*checks.py"))
    readme = (Path(__file__).parents[2] / "README.md").read_text()

    ids = {*re.findall(r'id="(mkt_core\.[EW]\d{3})"', sources)}
    assert {number[-3:] for number in ids} == {f"{number:03}" for number in range(60, 70)}
    assert [one for one in sorted(ids) if f"| `{one}` |" not in readme] == []

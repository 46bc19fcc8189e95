from copy import deepcopy

import pytest
from django.test import Client

from mkt_core.security import admin_calls
from mkt_core.security.admin_paths import wagtail_admin_prefix

CSP_MIDDLEWARE = "mkt_core.security.middleware.ContentSecurityPolicyMiddleware"
HEADERS_MIDDLEWARE = "mkt_core.security.middleware.SecurityHeadersMiddleware"
SITE_POLICY = {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


@pytest.fixture
def website(settings):
    """The views of ``urls`` behind both middlewares, with a short policy."""
    settings.ROOT_URLCONF = "tests.security.urls"
    settings.MIDDLEWARE = [HEADERS_MIDDLEWARE, CSP_MIDDLEWARE, *settings.MIDDLEWARE]
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["context_processors"].append(
        "mkt_core.security.context_processors.csp"
    )
    settings.SECURE_CSP = SITE_POLICY
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "security",
        }
    }
    wagtail_admin_prefix.cache_clear()
    yield settings
    wagtail_admin_prefix.cache_clear()


@pytest.fixture
def visitor(website):
    return Client()


@pytest.fixture
def policy_of(visitor):
    """``policy_of("/plain/")``: the enforced policy, as a dictionary; None if there is no header."""

    def get(path, client=visitor, header="Content-Security-Policy", **kwargs):
        value = client.get(path, **kwargs).headers.get(header)
        return parse(value)

    return get


def parse(value):
    if value is None:
        return None
    parts = [part.split() for part in value.split(";")]
    return {name: sources for name, *sources in parts}


@pytest.fixture
def admin_without_scripts(monkeypatch):
    """Wagtail's widgets as they are on a site with the middleware."""
    from wagtail.admin.panels import InlinePanel, MultipleChooserPanel
    from wagtail.admin.widgets import (
        AdminDateInput,
        AdminDateTimeInput,
        AdminTimeInput,
        BaseChooser,
    )

    for owner in (
        AdminDateInput,
        AdminDateTimeInput,
        AdminTimeInput,
        InlinePanel.BoundPanel,
        MultipleChooserPanel.BoundPanel,
    ):
        monkeypatch.setattr(owner, "template_name", owner.template_name)
    monkeypatch.setattr(BaseChooser, "render", BaseChooser.render)
    admin_calls.install()

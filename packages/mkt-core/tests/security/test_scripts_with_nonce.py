"""Pages of Wagtail whose scripts stay inline: those of search promotions."""

import re

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory

from mkt_core.security.middleware import ContentSecurityPolicyMiddleware


def answer(source, website):
    website.MKT_CORE = {"ADMIN_CSP_PATHS": ["/"]}

    def view(request):
        template = engines["django"].from_string("{% load mkt_admin_calls %}" + source)
        return HttpResponse(template.render({}, request))

    return ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/"))


def test_inline_scripts_of_the_block_get_the_nonce(website):
    response = answer(
        "{% scripts_with_nonce %}<script src='a.js'></script>"
        '<script type="text/javascript">go()</script><script>go()</script>{% endscripts_with_nonce %}',
        website,
    )

    html = response.content.decode()
    [nonce] = {*re.findall(r'<script nonce="([\w-]{22})"', html)}
    assert html.count(nonce) == 2
    assert "<script src='a.js'>" in html
    assert f"script-src 'self' 'nonce-{nonce}'" in response["Content-Security-Policy"]


def test_scripts_outside_of_the_block_do_not(website):
    response = answer(
        "<script>bad()</script>{% scripts_with_nonce %}<script>go()</script>{% endscripts_with_nonce %}",
        website,
    )

    assert b"<script>bad()" in response.content


def test_nothing_without_the_middleware(website):
    template = engines["django"].from_string(
        "{% load mkt_admin_calls %}{% scripts_with_nonce %}<script>go()</script>{% endscripts_with_nonce %}"
    )

    assert template.render({}, RequestFactory().get("/")) == "<script>go()</script>"


@pytest.mark.parametrize("name", ["add", "edit"])
def test_templates_put_wagtails_own_scripts_into_the_block(name):
    from pathlib import Path

    import mkt_core

    folder = Path(mkt_core.__file__).parent / "templates/mkt_core/security/search_promotions"
    source = (folder / f"{name}.html").read_text()

    assert f'{{% extends "wagtailsearchpromotions/{name}.html" %}}' in source
    assert "{% scripts_with_nonce %}{{ block.super }}{% endscripts_with_nonce %}" in source

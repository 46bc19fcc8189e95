"""The Wagtail admin without inline scripts."""

import json
import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.admin.widgets import (
    AdminDateInput,
    AdminDateTimeInput,
    AdminPageChooser,
    AdminTimeInput,
    BaseChooser,
)
from wagtail.admin.widgets.workflows import AdminTaskChooser

from mkt_core.security.admin_calls import allowed_names, call_element, element_for

pytestmark = pytest.mark.usefixtures("admin_without_scripts")

ELEMENT = re.compile(
    r'<mkt-admin-call hidden name="([^"]*)"( new)? args="([^"]*)"></mkt-admin-call>'
)


def calls_in(html):
    return [
        (name, bool(new), json.loads(unescape(args))) for name, new, args in ELEMENT.findall(html)
    ]


def test_page_chooser(website):
    html = AdminPageChooser().render("page", None, {"id": "id_page"})

    [(name, is_new, [element_id, options])] = calls_in(html)
    assert (name, is_new, element_id) == ("PageChooser", True, "id_page")
    assert options["modalUrl"] == "/admin/choose-page/"
    assert "<script" not in html


def test_chooser_that_calls_a_function(website):
    html = AdminTaskChooser().render("task", None, {"id": "id_task"})

    assert calls_in(html) == [("createTaskChooser", False, ["id_task"])]
    assert "<script" not in html


@pytest.mark.parametrize(
    ("widget", "function"),
    [
        (AdminDateInput, "initDateChooser"),
        (AdminTimeInput, "initTimeChooser"),
        (AdminDateTimeInput, "initDateTimeChooser"),
    ],
)
def test_dates(widget, function):
    html = widget().render("when", None, {"id": "id_when"})

    [(name, is_new, [element_id, config])] = calls_in(html)
    assert (name, is_new, element_id) == (function, False, "id_when")
    assert config == widget().get_config()
    assert 'name="when"' in html
    assert "<script" not in html


def test_a_script_that_is_more_than_one_call_stays(website):
    class Odd(AdminPageChooser):
        def render_js_init(self, id_, name, value_data):
            return "alert(1); alert(2);"

    html = Odd().render("page", None, {"id": "id_page"})

    assert html.endswith("<script>alert(1); alert(2);</script>")
    assert not calls_in(html)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('new PageChooser("id", {"a": [1, null]});', ("PageChooser", True, ["id", {"a": [1, None]}])),
        ('wagtail.x.make("id")', ("wagtail.x.make", False, ["id"])),
        (' go ( ) ; ', ("go", False, [])),
        ('go("</script><b>\\u0022");', ("go", False, ['</script><b>"'])),
        ('go(")");', ("go", False, [")"])),
        ('go(a);', None),
        ('go("a") + 1', None),
        ('go("a"); stop();', None),
        ('go("a" "b");', None),
        ('go("a",);', None),
        ('go(', None),
        ('var x = go("a");', None),
        ('$(function() { go("a"); });', None),
        ('', None),
    ],
)  # fmt: skip
def test_scripts_that_are_one_call(script, expected):
    element = element_for(script)

    assert (calls_in(element) if element else None) == ([expected] if expected else None)


def test_nothing_breaks_out_of_the_element():
    html = call_element("go", "\"'><script>alert(1)</script>")

    assert "<script" not in html
    assert calls_in(html) == [("go", False, ["\"'><script>alert(1)</script>"])]


def test_every_chooser_may_be_called(settings):
    class OwnChooser(BaseChooser):
        js_constructor = "OwnChooser"

    settings.MKT_CORE = {"ADMIN_SCRIPT_CALLS": ["startMap"]}

    names = allowed_names()

    assert {"OwnChooser", "PageChooser", "ImageChooser", "DocumentChooser", "startMap"} <= {*names}
    assert {"initDateChooser", "InlinePanel", "createTaskChooser"} <= {*names}
    assert "alert" not in names


class TestPages:
    @pytest.fixture
    def editor(self, website, db):
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("eva", "eva@example.org", "x"))
        return client

    def test_the_script_is_there_and_knows_its_names(self, editor):
        html = editor.get("/admin/").content.decode()

        tag = re.search(r'<script src="([^"]*)" nonce="([^"]*)" data-names="([^"]*)">', html)
        assert "mkt_core/admin/calls.js" in tag[1]
        assert len(tag[2]) == 22
        assert "PageChooser" in tag[3].split()

    def test_not_without_the_middleware(self, editor, website):
        website.MIDDLEWARE = website.MIDDLEWARE[2:]

        assert b"calls.js" not in editor.get("/admin/").content

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/",
            "/admin/pages/2/",
            "/admin/pages/2/edit/",
            "/admin/pages/add/cache_site/postpage/2/",
            "/admin/reports/site-history/",
            "/admin/redirects/add/",
            "/admin/workflows/add/",
            "/admin/choose-page/",
            "/admin/images/chooser/",
            "/admin/users/",
        ],
    )
    def test_no_inline_script_style_or_handler(self, editor, path):
        response = editor.get(path)

        assert response.status_code == 200
        html = response.content.decode()
        inline = [
            attributes
            for attributes in re.findall(r"<script([^>]*)>", html)
            if "src=" not in attributes and 'type="application/json"' not in attributes
        ]
        assert inline == []
        assert re.findall(r"<style|<[^>]*\s(?:style|on[a-z]+)=", html) == []
        assert "unsafe-inline" not in response["Content-Security-Policy"]

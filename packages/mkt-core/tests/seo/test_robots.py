"""``/robots.txt`` of each site."""

from urllib.robotparser import RobotFileParser

import pytest
from wagtail.models import Site


@pytest.fixture
def read(client):
    def read(host="example.com"):
        response = client.get("/robots.txt", headers={"host": host}, secure=True)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        return response.content.decode()

    return read


def parsed(text):
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return parser


def test_allows_all_but_the_admin_and_names_the_sitemap(home, read):
    assert read() == (
        "User-agent: *\nDisallow: /admin/\n\nSitemap: https://example.com/sitemap.xml\n"
    )


def test_keeps_the_admins_path_to_itself_if_told_so(home, read, settings):
    settings.MKT_CORE = {"SEO": {"DISALLOW_ADMIN": False}}

    assert "admin" not in read()
    assert parsed(read()).can_fetch("Googlebot", "/admin/")


def test_closes_a_whole_site(home, read, settings):
    settings.MKT_CORE = {"SEO_SITES": {"staging.example": {"NOINDEX": True}}}
    Site.objects.create(hostname="staging.example", root_page=home)

    assert read("staging.example") == "User-agent: *\nDisallow: /\n"
    assert parsed(read()).can_fetch("Googlebot", "/")


def test_forbids_crawlers_by_group_and_by_name(home, read, settings):
    settings.MKT_CORE = {
        "SEO": {"DISALLOW_CRAWLERS": ["ai-training", "BadBot"], "DISALLOW": ["/cart/", "/a b"]}
    }

    rules = parsed(read())

    assert not any(rules.can_fetch(bot, "/") for bot in ("GPTBot", "CCBot", "BadBot"))
    assert all(rules.can_fetch(bot, "/") for bot in ("Googlebot", "OAI-SearchBot"))
    assert not rules.can_fetch("Googlebot", "/cart/")
    assert "Disallow: /a%20b\n" in read()


def test_a_line_break_begins_no_rule(home, read, settings):
    settings.MKT_CORE = {
        "SEO": {"DISALLOW": ["/x\nAllow: /admin/"], "ROBOTS_LINES": ["# one\nUser-agent: evil"]}
    }

    lines = read().splitlines()

    assert "Disallow: /x%20Allow:%20/admin/" in lines
    assert "# one User-agent: evil" in lines


def test_is_not_sent_again_unchanged(home, client, settings):
    headers = {"host": "example.com"}
    first = client.get("/robots.txt", headers=headers)

    again = client.get("/robots.txt", headers={**headers, "if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert first["Cache-Control"] == "max-age=3600"


def test_works_without_a_site(db, read):
    Site.objects.all().delete()

    assert read() == "User-agent: *\nDisallow: /admin/\n"

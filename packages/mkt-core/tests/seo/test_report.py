"""Reports → Search engines, in the Wagtail admin."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, Site

from mkt_core.compat import get_page_model

from .site.models import Article, LandingPage, PlainPage

GOOD = {
    "seo_title": "A title of the usual length",
    "search_description": "A description that says in a sentence what the page is about.",
}


def add(parent, page):
    return parent.add_child(instance=page)


@pytest.fixture
def url():
    return reverse("mkt_core_seo_report")


@pytest.fixture
def admin(client, db):
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


@pytest.fixture
def titles(admin, url, home):
    """Titles in the report, or in its part with these filters."""
    Page.objects.get(slug="home").delete()
    Page.objects.filter(pk=home.pk).update(**GOOD)

    def get(**filters):
        response = admin.get(url, filters)
        assert response.status_code == 200
        return sorted(page.title for page in response.context["object_list"])

    return get


class TestProblems:
    @pytest.mark.parametrize(
        ("problem", "values"),
        [
            ("no-description", {"search_description": ""}),
            ("short-description", {"search_description": "Too short."}),
            ("long-description", {"search_description": "x" * 161}),
            ("short-title", {"seo_title": "Short"}),
            ("short-title", {"seo_title": ""}),
            ("long-title", {"seo_title": "x" * 61}),
            ("noindex", {"seo_noindex": True}),
            ("elsewhere", {"seo_canonical": "/x/"}),
            ("no-image", {"social_image": None}),
        ],
    )
    def test_are_found(self, home, titles, picture, problem, values):
        image = picture()
        add(home, LandingPage(title="Fine", slug="fine", **GOOD, social_image=image))
        page = LandingPage(title="Bad", slug="bad", **{**GOOD, "social_image": image, **values})
        add(home, page)

        assert titles(problem=problem) == ["Bad"] if problem != "no-image" else ["Bad", "Home"]
        assert "Fine" not in titles()
        assert "Bad" in titles()

    def test_of_pages_without_the_fields_are_none(self, home, titles):
        add(home, PlainPage(title="Plain", slug="plain", **GOOD))

        assert titles(problem="no-image") == ["Home"]
        assert "Plain" not in titles()

    def test_a_page_types_own_picture_counts(self, home, titles, picture):
        add(home, Article(title="With", slug="with", **GOOD, hero=picture()))
        add(home, Article(title="Without", slug="without", **GOOD))

        assert titles(problem="no-image") == ["Home", "Without"]

    def test_are_shown_with_their_names(self, home, admin, url):
        add(home, LandingPage(title="Bad", slug="bad", seo_noindex=True))

        text = admin.get(url).content.decode()

        assert "No description" in text
        assert "Hidden from search engines" in text


class TestFilters:
    def test_several_problems_at_once(self, home, titles):
        add(home, PlainPage(title="One", slug="one", **{**GOOD, "search_description": ""}))
        add(home, PlainPage(title="Two", slug="two", **{**GOOD, "seo_title": "x" * 61}))

        assert titles(problem=["no-description", "long-title"]) == ["One", "Two"]

    def test_by_type_site_and_whether_it_is_live(self, home, titles):
        other = add(Page.get_first_root_node(), PlainPage(title="Other", slug="other", **GOOD))
        site = Site.objects.create(hostname="other.example", root_page=other)
        add(other, PlainPage(title="There", slug="there"))
        add(home, PlainPage(title="Draft", slug="draft", live=False))
        landing = ContentType.objects.get_for_model(LandingPage)

        assert titles(site=site.pk) == ["There"]
        assert titles(content_type=landing.pk) == ["Home"]
        assert titles(live="false") == ["Draft"]

    def test_nonsense_breaks_nothing(self, home, admin, url):
        assert admin.get(url, {"problem": "x", "site": "y", "p": "z"}).status_code in (200, 404)


class TestExport:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_has_every_page(self, home, admin, url, kind):
        add(home, PlainPage(title="=cmd()", slug="a"))

        response = admin.get(url, {"export": kind})
        body = b"".join(response)

        assert response.status_code == 200
        if kind == "csv":
            text = body.decode()
            assert "No description" in text
            assert "'=cmd()," in text
            assert "plain page" in text.lower()
            assert "https://example.com/a/" in text


class TestPermissions:
    def test_only_pages_that_the_user_may_edit(self, home, client, url):
        mine = add(home, PlainPage(title="Mine", slug="mine"))
        add(home, PlainPage(title="Theirs", slug="theirs"))
        group = Group.objects.create(name="editors")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        model = get_page_model()._meta
        GroupPagePermission.objects.create(
            group=group,
            page=mine,
            permission=Permission.objects.get(
                content_type__app_label=model.app_label, codename=f"change_{model.model_name}"
            ),
        )
        user = get_user_model().objects.create_user("editor")
        user.groups.add(group)
        client.force_login(user)

        response = client.get(url)

        assert [page.title for page in response.context["object_list"]] == ["Mine"]
        assert url in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_not_for_those_who_edit_no_page(self, home, client, url):
        user = get_user_model().objects.create_user("other")
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        client.force_login(user)

        assert client.get(url).status_code == 302
        assert url not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_needs_as_many_queries_for_fifty_pages_as_for_two(home, admin, url):
    counts = []
    for first, last in ((0, 2), (2, 50)):
        for n in range(first, last):
            add(home, PlainPage(title=f"{n}", slug=f"p{n}"))
        admin.get(url)
        with CaptureQueriesContext(connection) as queries:
            admin.get(url)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 20, counts

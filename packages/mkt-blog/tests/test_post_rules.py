"""What a post refuses, and what it completes by itself."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from mkt_blog.models import Author, Category
from mkt_blog.pages.models import BlogIndexPage, PostPage

pytestmark = pytest.mark.django_db


def form(body=(), authors=(), related=(), **fields):
    return nested_form_data(
        {
            "title": "Bread",
            "slug": "bread",
            "date": "2026-03-01 12:00",
            "body": streamfield(list(body)),
            "author_links": inline_formset([{"author": author.pk} for author in authors]),
            "related_links": inline_formset([{"related_post": post.pk} for post in related]),
            "comments": inline_formset([]),
            "tags": "",
            **fields,
        }
    )


@pytest.fixture
def save(admin_client, blog, make_post):
    """Post the form of one post; returns what is said, or nothing where it was saved."""
    post = make_post("Bread", slug="bread")

    def save(client=admin_client, **fields):
        url = reverse("wagtailadmin_pages:edit", args=[post.pk])
        response = client.post(url, form(**fields))
        return "" if response.status_code == 302 else response.content.decode()

    save.post = post
    return save


class TestMainCategory:
    def test_is_the_primary_one_or_else_the_first(self, make_post, food, baking):
        post = PostPage.objects.get(pk=make_post(categories=[food, baking]).pk)
        assert post.main_category == baking
        post.primary_category = food
        assert post.main_category == food
        assert make_post().main_category is None

    def test_is_among_the_categories_once_it_is_saved(self, make_post, food, baking):
        post = make_post(categories=[food], primary_category=baking)
        assert set(PostPage.objects.get(pk=post.pk).category_list) == {food, baking}

        craft = Category.objects.create(name="Craft")
        post.primary_category = craft
        post.save(update_fields=["primary_category"])
        assert set(PostPage.objects.get(pk=post.pk).category_list) == {food, baking, craft}

    def test_is_added_to_a_draft_too(self, save, food):
        assert save(primary_category=food.pk) == ""
        draft = PostPage.objects.get(pk=save.post.pk).get_latest_revision_as_object()
        assert draft.category_list == [food]
        draft.save_revision().publish()
        assert PostPage.objects.get(pk=save.post.pk).category_list == [food]

    def test_takes_no_query_in_a_listing(self, make_post, food, baking, django_assert_num_queries):
        make_post(categories=[food, baking], primary_category=baking)
        make_post(categories=[food])
        posts = list(PostPage.objects.for_listing())
        with django_assert_num_queries(0):
            assert [post.main_category for post in posts] == [food, baking]


class TestDuplicates:
    def test_author_is_there_once(self, save, ann):
        bea = Author.objects.create(name="Bea")
        assert "“Ann Other” is listed twice." in save(authors=[ann, bea, ann])
        assert save(authors=[ann, bea], **{"action-publish": "yes"}) == ""
        assert PostPage.objects.get(pk=save.post.pk).authors == [ann, bea]

    def test_author_given_twice_by_code_is_stored_once(self, make_post, ann):
        assert PostPage.objects.get(pk=make_post(authors=[ann, ann]).pk).authors == [ann]

    def test_related_post_is_there_once_and_is_another(self, save, make_post):
        other = make_post("Other")
        assert "“Other” is listed twice." in save(related=[other, other])
        assert "A post cannot point to itself." in save(related=[save.post])
        assert save(related=[other]) == ""

    def test_related_post_is_of_the_same_blog(self, save, make_post, home):
        second = home.add_child(instance=BlogIndexPage(title="Second", slug="second"))
        elsewhere = make_post("Elsewhere", below=second)

        assert "“Elsewhere” is a post of another blog." in save(related=[elsewhere])


@pytest.fixture
def writer(client, blog):
    """An editor who may edit and publish, and no more."""
    group = Group.objects.create(name="Writers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("change_page", "publish_page"):
        permission = Permission.objects.get(codename=codename, content_type__model="page")
        GroupPagePermission.objects.create(group=group, page=blog, permission=permission)
    user = User.objects.create_user("writer")
    user.groups.add(group)
    client.force_login(user)
    client.group = group
    return client


class TestHtml:
    def test_is_refused_without_the_permission(self, save, writer):
        said = save(writer, body=[("html", "<p>New</p>")])
        assert "You may not add or change HTML." in said
        # The errors of other blocks are shown beside it.
        assert save(writer, body=[("heading", {"text": "Fine", "level": "h2"})]) == ""

    def test_is_taken_with_the_permission(self, save, writer):
        writer.group.permissions.add(Permission.objects.get(codename="use_html"))
        assert save(writer, body=[("html", "<p>New</p><script>x</script>")]) == ""
        draft = PostPage.objects.get(pk=save.post.pk).get_latest_revision_as_object()
        assert str(draft.body[0].value) == "<p>New</p>"

    def test_that_is_there_is_kept_moved_and_removed(self, save, writer, admin_client):
        old, older = "<p>Old</p>\n<p>x</p>", "<p>Older</p>"
        assert save(admin_client, body=[("html", old), ("html", older)]) == ""
        sent = old.replace("\n", "\r\n")

        assert save(writer, body=[("html", older), ("html", sent)]) == ""
        assert "may not add" in save(writer, body=[("html", older), ("html", "<p>Old!</p>")])
        assert "may not add" in save(writer, body=[("html", sent), ("html", sent)])
        assert save(writer, body=[("html", sent)]) == ""
        assert save(writer, body=[]) == ""

    def test_permission_can_be_given_to_a_group_and_comes_back(self, admin_client):
        Permission.objects.get(codename="use_html").delete()
        call_command("migrate", verbosity=0)

        url = reverse("wagtailusers_groups:add")
        assert "Can use HTML in posts" in admin_client.get(url).content.decode()

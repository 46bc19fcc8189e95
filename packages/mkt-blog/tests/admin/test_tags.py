"""Tags are counted, renamed, merged and deleted."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag, TaggedItem
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from mkt_blog.admin.merging import merge_terms
from mkt_blog.pages.models import PostPage
from tests.testapp.models import Story, StoryIndex

pytestmark = pytest.mark.django_db


def url(name, *arguments):
    return reverse(f"mkt_blog_tags_taggit_tag:{name}", args=arguments)


def merge_url(*tags):
    address = reverse("wagtail_bulk_action", args=["taggit", "tag", "merge"])
    return f"{address}?{'&'.join(f'id={tag.pk}' for tag in tags)}&next={url('index')}"


def tag(name):
    return Tag.objects.get(name=name)


def tags_of(post):
    return sorted(PostPage.objects.get(pk=post.pk).tags.names())


def listed(response):
    return {
        one.name: (one.published_posts, one.all_posts) for one in response.context["object_list"]
    }


@pytest.fixture
def image(db):
    return get_image_model().objects.create(title="Fog", file=get_test_image_file())


def test_posts_of_all_classes_are_counted(admin_client, home, make_post, image):
    stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
    make_post(tags=["slow", "rye"])
    make_post(tags=["slow"], live=False)
    make_post(tags=["slow"], model=Story, below=stories)
    image.tags.add("Only a picture", "rye")
    Tag.objects.create(name="unused")
    response = admin_client.get(url("index"))

    assert listed(response) == {"slow": (2, 3), "rye": (1, 1), "unused": (0, 0)}
    assert listed(admin_client.get(url("index"), {"has_posts": "false"})) == {"unused": (0, 0)}
    assert set(listed(admin_client.get(url("index"), {"q": "ry"}))) == {"rye"}
    assert b"data-bulk-action-footer" in response.content
    assert b"wagtailadmin/js/bulk-actions" in response.content


def test_number_of_queries_does_not_grow(admin_client, make_post, django_assert_num_queries):
    make_post(tags=["slow"])
    admin_client.get(url("index"))
    with django_assert_num_queries(30, exact=False) as few:
        admin_client.get(url("index"))
    make_post(tags=[f"tag {number}" for number in range(20)])
    with django_assert_num_queries(len(few)):
        admin_client.get(url("index"))


def test_the_listing_stands_in_the_menu_of_the_blog(admin_client):
    assert url("index") in admin_client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_listing_is_exported_with_its_numbers(admin_client, make_post):
    make_post(tags=["slow"])
    response = admin_client.get(url("index"), {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()

    assert lines[1:] == ["slow,slow,1,1"]


def test_a_new_name_is_seen_and_a_new_slug_redirects(
    admin_client, client, make_post, django_capture_on_commit_callbacks
):
    post = make_post(tags=["slwo"])
    old = tag("slwo")
    with django_capture_on_commit_callbacks(execute=True):
        response = admin_client.post(url("edit", old.pk), {"name": "slow", "slug": "slow"})

    assert response.status_code == 302
    assert tags_of(post) == ["slow"]
    assert ">slow<" in client.get(post.url).content.decode()
    assert client.get("/blog/tag/slow/").status_code == 200
    moved = client.get("/blog/tag/slwo/")
    assert (moved.status_code, moved.url) == (301, "/blog/tag/slow/")
    assert client.get("/blog/tag/slwo/feed/rss/").url == "/blog/tag/slow/feed/rss/"


def test_a_name_that_another_tag_has_is_refused(admin_client, make_post):
    make_post(tags=["slow", "calm"])
    response = admin_client.post(url("edit", tag("calm").pk), {"name": "slow", "slug": "calm"})

    assert "already exists" in response.content.decode()
    assert tag("calm")


def test_posts_drafts_and_pictures_move_when_tags_are_merged(
    admin_client, client, make_post, image, django_capture_on_commit_callbacks
):
    both, one = make_post(tags=["slow", "calm"]), make_post(tags=["calm"])
    draft = make_post()
    draft.tags.set(["calm", "slow", "rye"])
    draft.save_revision()
    image.tags.add("calm")
    other = get_image_model().objects.create(title="Two", file=get_test_image_file())
    other.tags.add("calm", "slow")
    kept, gone = tag("slow"), tag("calm")
    address = merge_url(kept, gone)
    assert "All posts of these" in admin_client.get(address).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        response = admin_client.post(address, {"kept": kept.pk}, follow=True)

    assert "3 posts were moved to “slow”" in response.content.decode()
    assert not Tag.objects.filter(name="calm").exists()
    assert tags_of(both) == tags_of(one) == ["slow"]
    revised = PostPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert sorted(one.name for one in revised.tags.all()) == ["rye", "slow"]
    for picture in (image, other):
        assert list(get_image_model().objects.get(pk=picture.pk).tags.names()) == ["slow"]
    assert TaggedItem.objects.filter(tag=kept).count() == 2
    moved = client.get("/blog/tag/calm/")
    assert (moved.status_code, moved.url) == (301, "/blog/tag/slow/")


def test_queries_of_a_merge_do_not_grow_with_the_posts(make_post, django_assert_num_queries):
    numbers = []
    for posts in (2, 12):
        make_post(tags=["slow"])
        for _ in range(posts):
            make_post(tags=["calm"])
        with django_assert_num_queries(80, exact=False) as queries:
            merge_terms(tag("slow"), [tag("calm")])
        numbers.append(len(queries))
    # The first one has caches to fill.
    assert numbers[1] <= numbers[0]


def test_a_tag_is_deleted_and_posts_lose_it(
    admin_client, client, make_post, django_capture_on_commit_callbacks
):
    post = make_post(tags=["slow", "calm"], date=timezone.now())
    gone = tag("calm")
    assert "1 post has this tag" in admin_client.get(url("delete", gone.pk)).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(url("delete", gone.pk))

    assert tags_of(post) == ["slow"]
    assert client.get("/blog/tag/calm/").status_code == 404


def test_only_with_permission(client, django_user_model, make_post):
    make_post(tags=["slow", "calm"])
    user = django_user_model.objects.create_user("eve", password="x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    slow, calm = tag("slow"), tag("calm")
    for address in (url("index"), url("edit", slow.pk), url("delete", slow.pk)):
        assert client.get(address).status_code == 302
    client.post(merge_url(slow, calm), {"kept": slow.pk})
    assert tag("calm")

    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_tag", "view_tag", "delete_tag"])
    )
    assert client.get(url("index")).status_code == 200
    client.post(merge_url(slow, calm), {"kept": slow.pk})
    assert not Tag.objects.filter(name="calm").exists()


def test_scripts_in_a_name_are_text(admin_client, make_post):
    make_post(tags=["<script>alert(1)</script>"])
    evil = Tag.objects.get()
    for address in (url("index"), url("edit", evil.pk), url("delete", evil.pk), merge_url(evil)):
        assert b"<script>alert(1)" not in admin_client.get(address).content

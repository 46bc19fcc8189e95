"""Several terms become one."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse

from mkt_blog.admin.merging import merge_terms
from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import PostPage

pytestmark = pytest.mark.django_db


def merge_url(model, *terms):
    url = reverse("wagtail_bulk_action", args=["mkt_blog", model, "merge"])
    listing = reverse(f"wagtailsnippets_mkt_blog_{model}:list")
    return f"{url}?{'&'.join(f'id={term.pk}' for term in terms)}&next={listing}"


def fresh(post):
    return PostPage.objects.get(pk=post.pk)


def test_posts_and_their_drafts_move(
    admin_client, client, make_post, blog, food, django_capture_on_commit_callbacks
):
    kitchen = Category.objects.create(name="Kitchen")
    soups = Category.objects.create(name="Soups", parent=kitchen)
    both = make_post(categories=[food, kitchen], primary_category=kitchen)
    one = make_post(categories=[kitchen])
    draft = make_post()
    draft.categories.set([kitchen, soups])
    draft.primary_category = kitchen
    draft.save_revision()
    url = merge_url("category", food, kitchen)
    assert b"All posts of these" in admin_client.get(url).content

    with django_capture_on_commit_callbacks(execute=True):
        response = admin_client.post(url, {"kept": food.pk}, follow=True)

    assert "3 posts were moved to “Food”" in response.content.decode()
    assert not Category.objects.filter(name="Kitchen").exists()
    assert fresh(both).category_list == fresh(one).category_list == [food]
    assert fresh(both).primary_category == food
    revised = fresh(draft).get_latest_revision_as_object()
    assert revised.category_list == [food, soups]
    assert revised.primary_category == food
    soups.refresh_from_db()
    assert soups.path == "food/soups"
    # Addresses of before.
    for old, new in (("kitchen", "food"), ("kitchen/soups", "food/soups")):
        moved = client.get(f"/blog/category/{old}/")
        assert moved.status_code == 301
        assert moved.url.endswith(f"/blog/category/{new}/")
    feed = client.get("/blog/category/kitchen/feed/rss/")
    assert feed.url.endswith("/blog/category/food/feed/rss/")


def test_an_author_of_both_names_stands_once_and_first(make_post, ann):
    pen_name, third = (Author.objects.create(name=name) for name in ("A. N. Other", "Third"))
    post = make_post(authors=[pen_name, third, ann])
    post.set_authors([third, ann, pen_name])
    post.save_revision()
    alone = make_post(authors=[pen_name])

    merge = merge_terms(ann, [pen_name, ann])

    assert merge.number_of_posts == 2
    assert fresh(post).authors == [ann, third]
    assert fresh(post).get_latest_revision_as_object().authors == [third, ann]
    assert fresh(alone).authors == [ann]


def test_series_are_merged(make_post):
    kept, other = (Series.objects.create(title=title) for title in ("Bread", "Breads"))
    post = make_post(series=other)
    merge_terms(kept, [other])
    assert fresh(post).series == kept


def test_a_child_that_is_kept_takes_the_place_of_its_parent(make_post, food, baking):
    cakes = Category.objects.create(name="Cakes", parent=food)
    post = make_post(categories=[food])
    merge_terms(baking, [food])
    baking.refresh_from_db()
    cakes.refresh_from_db()
    assert (baking.path, cakes.path) == ("baking", "baking/cakes")
    assert fresh(post).category_list == [baking]


def test_subcategories_of_one_name_are_refused_and_nothing_changes(admin_client, food, baking):
    kitchen = Category.objects.create(name="Kitchen")
    Category.objects.create(name="Baking", parent=kitchen)
    response = admin_client.post(merge_url("category", food, kitchen), {"kept": food.pk})
    assert response.status_code == 200
    assert b"has the same slug" in response.content
    assert Category.objects.count() == 4


def test_terms_of_two_languages_are_not_merged(food, german):
    with pytest.raises(ValidationError, match="one language"):
        merge_terms(food, [Category.objects.create(name="Essen", locale=german)])


def test_one_term_is_not_enough_and_a_stranger_is_no_choice(admin_client, food, ann):
    assert b"at least two" in admin_client.get(merge_url("category", food)).content
    other = Category.objects.create(name="Other")
    third = Category.objects.create(name="Third")
    admin_client.post(merge_url("category", food, other), {"kept": third.pk})
    assert Category.objects.count() == 3


def test_who_may_not_delete_may_not_merge(client, django_user_model, food):
    user = django_user_model.objects.create_user("writer", password="x")
    for app, codename in (("wagtailadmin", "access_admin"), ("mkt_blog", "change_category")):
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client.force_login(user)
    other = Category.objects.create(name="Other")
    client.post(merge_url("category", food, other), {"kept": food.pk})
    assert Category.objects.count() == 2


def test_number_of_queries_does_not_grow_with_posts(make_post, django_assert_max_num_queries):
    kept = Category.objects.create(name="Kept")
    for number in (1, 10):
        other = Category.objects.create(name="Other")
        for _ in range(number):
            make_post(categories=[other])
        with django_assert_max_num_queries(80):
            merge_terms(kept, [other])

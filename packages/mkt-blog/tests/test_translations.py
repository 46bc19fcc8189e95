"""A post in another language points to terms of that language."""

import pytest
from wagtail.models import Page

from mkt_blog.models import Author, AuthorLink, Category, Series

pytestmark = pytest.mark.django_db


@pytest.fixture
def translated(blog, german):
    """The blog in German, as ``wagtail.contrib.simple_translation`` makes it."""
    Page.objects.get(pk=blog.get_parent().pk).copy_for_translation(german)
    copy = blog.copy_for_translation(german)
    copy.save_revision().publish()
    return copy


def in_german(post, german):
    copy = post.copy_for_translation(german)
    copy.save_revision().publish()
    return type(post).objects.get(pk=copy.pk)


def test_terms_are_those_of_the_language(make_post, translated, german, food, baking, ann):
    essen = food.copy_for_translation(german)
    essen.name = "Essen"
    essen.save()
    AuthorLink.objects.create(author=ann, label="Mastodon", url="https://example.com/@ann")
    post = make_post(
        "Bread",
        categories=[food, baking],
        primary_category=food,
        authors=[ann],
        series=Series.objects.create(title="Sourdough"),
        tags=["rye"],
    )
    brot = in_german(post, german)

    assert brot.category_list == [essen]
    assert brot.primary_category == essen
    assert brot.series is None
    (author,) = brot.authors
    assert (author.name, author.locale, author.translation_key) == (
        "Ann Other",
        german,
        ann.translation_key,
    )
    assert [link.label for link in author.links.all()] == ["Mastodon"]
    assert list(brot.tags.names()) == ["rye"]
    # The original has kept its own.
    original = type(post).objects.get(pk=post.pk)
    assert (original.primary_category, original.authors) == (food, [ann])
    assert set(original.category_list) == {food, baking}


def test_every_address_on_the_page_answers(make_post, translated, german, food, ann, rf):
    food.copy_for_translation(german).save()
    brot = in_german(make_post("Bread", categories=[food], authors=[ann]), german)
    request = rf.get("/")

    assert list(translated.category_listing(request, "food").posts) == [brot]
    assert list(translated.author_listing(request, "ann-other").posts) == [brot]


def test_an_author_is_copied_once(make_post, translated, german, ann):
    posts = [in_german(make_post(authors=[ann]), german) for _ in range(2)]

    assert posts[0].authors == posts[1].authors
    assert Author.objects.filter(translation_key=ann.translation_key).count() == 2


def test_related_posts_are_translations(make_post, translated, german):
    other, missing, post = make_post("Other"), make_post("Missing"), make_post("Post")
    for chosen in (other, missing):
        post.related_links.create(related_post=chosen)
    post.save()
    andere = in_german(other, german)

    assert [link.related_post for link in in_german(post, german).related_links.all()] == [andere]


def test_an_alias_is_left_as_it_is(make_post, translated, german, food):
    post = make_post(categories=[food])
    alias = post.copy_for_translation(german, alias=True)

    assert list(type(post).objects.get(pk=alias.pk).categories.all()) == [food]
    assert Category.objects.count() == 1

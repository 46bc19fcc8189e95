from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.rich_text import RichText

from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import PostPage
from mkt_blog.post_models import post_models
from tests.testapp.models import Report, Story

pytestmark = pytest.mark.django_db


class TestPublished:
    @pytest.mark.parametrize(("minutes", "listed"), [(-1, True), (1, False)])
    def test_compares_the_date_with_now(self, make_post, minutes, listed):
        make_post(date=timezone.now() + timedelta(minutes=minutes))

        assert PostPage.objects.published().exists() is listed

    def test_leaves_out_drafts(self, make_post):
        make_post(live=False)

        assert not PostPage.objects.published().exists()

    @pytest.mark.parametrize("restricted", ["post", "blog", "home"])
    def test_leaves_out_what_is_private_itself_or_above(self, make_post, blog, home, restricted):
        pages = {"post": make_post(), "blog": blog, "home": home}
        PageViewRestriction.objects.create(page=pages[restricted], restriction_type="login")

        assert not PostPage.objects.published().exists()

    def test_group_and_password_are_private_too(self, make_post):
        first, second = make_post(), make_post()
        PageViewRestriction.objects.create(page=first, restriction_type="password", password="x")
        restriction = PageViewRestriction.objects.create(page=second, restriction_type="groups")
        restriction.groups.add(Group.objects.create(name="Readers"))

        assert not PostPage.objects.published().exists()


class TestSets:
    def test_category_includes_what_is_below_it_once(self, make_post, food, baking):
        both = make_post(categories=[food, baking])
        below = make_post(categories=[baking])
        make_post(categories=[Category.objects.create(name="Craft")])

        assert set(PostPage.objects.in_category(food)) == {both, below}
        assert PostPage.objects.in_category(food).count() == 2

    def test_series_is_in_reading_order(self, make_post):
        series = Series.objects.create(title="Walks")
        last = make_post(series=series, series_position=2)
        first = make_post(series=series, series_position=1)

        assert list(PostPage.objects.in_series(series)) == [first, last]

    def test_listing_is_newest_first_and_ties_are_stable(self, make_post):
        moment = timezone.now() - timedelta(days=1)
        posts = [make_post(date=moment) for _ in range(3)]

        assert list(PostPage.objects.for_listing()) == posts[::-1]


@pytest.mark.parametrize("number", [2, 9])
def test_listing_takes_the_same_queries_for_any_number_of_posts(
    number, make_post, baking, django_assert_num_queries
):
    for index in range(number):
        authors = [Author.objects.create(name=f"Author {index} {n}") for n in range(2)]
        make_post(categories=[baking], authors=authors, tags=["a", f"tag {index}"])

    with django_assert_num_queries(4):
        for post in PostPage.objects.for_listing():
            assert len(post.authors) == len(post.tag_list) == 2
            assert post.category_list == [baking]
            assert post.summary == ""


class TestAuthors:
    def test_keep_the_order_given(self, make_post, ann):
        bea = Author.objects.create(name="Bea")
        post = make_post(authors=[bea, ann])

        assert PostPage.objects.get(pk=post.pk).authors == [bea, ann]

    def test_order_survives_a_revision(self, make_post, ann):
        bea = Author.objects.create(name="Bea")
        post = make_post(authors=[ann, bea])
        post.set_authors([bea, ann])
        post.save_revision().publish()

        assert PostPage.objects.get(pk=post.pk).authors == [bea, ann]


class TestText:
    def test_words_are_counted_without_markup_and_without_labels(self, make_post):
        body = [
            ("heading", {"text": "Two words", "level": "h3"}),
            ("paragraph", RichText("<p>One <b>two</b></p><p>three</p>")),
            ("code", {"language": "python", "code": "x = 1"}),
        ]

        assert make_post(body=body).word_count == 5

    def test_reading_time_uses_the_setting_and_is_never_zero(self, make_post, settings):
        settings.MKT_BLOG = {"WORDS_PER_MINUTE": 2}
        post = make_post(body=[("paragraph", RichText("<p>one two three</p>"))])

        assert post.reading_minutes == 2
        assert make_post().reading_minutes == 1

    def test_summary_is_the_excerpt_or_the_beginning_of_the_text(self, make_post):
        body = [
            ("heading", {"text": "Not this", "level": "h2"}),
            ("paragraph", RichText("<p>Fish &amp; chips</p><p>and peas</p>")),
        ]

        assert make_post(body=body).summary == "Fish & chips and peas"
        assert make_post(body=body, excerpt="By hand").summary == "By hand"

    def test_long_text_is_cut(self, make_post):
        summary = make_post(body=[("paragraph", RichText(f"<p>{'word ' * 200}</p>"))]).summary

        assert len(summary) <= 240
        assert summary.endswith("…")

    def test_saving_the_body_alone_updates_what_is_made_of_it(self, make_post):
        post = make_post()
        post.body = [("paragraph", RichText("<p>one two</p>"))]
        post.save(update_fields=["body"])

        assert PostPage.objects.get(pk=post.pk).word_count == 2

    def test_saving_another_field_alone_leaves_the_words_alone(self, make_post):
        post = make_post(body=[("paragraph", RichText("<p>one two</p>"))])
        post.body = []
        post.save(update_fields=["featured"])

        assert PostPage.objects.get(pk=post.pk).word_count == 2
        assert post.word_count == 2

    def test_saving_a_post_of_a_listing_does_not_lose_its_words(self, make_post):
        make_post(body=[("paragraph", RichText("<p>one two</p>"))])
        post = PostPage.objects.for_listing().get()
        post.featured = True
        post.save()

        assert PostPage.objects.get().word_count == 2


class TestReservedSlug:
    @pytest.mark.parametrize(
        "slug", ["category", "tag", "author", "series", "search", "feed", "2026"]
    )
    def test_is_refused_with_a_message_on_the_field(self, make_post, slug):
        post = make_post()
        post.slug = slug

        with pytest.raises(ValidationError) as caught:
            post.full_clean()
        assert "slug" in caught.value.message_dict

    @pytest.mark.parametrize("slug", ["categories", "2026-in-review", "20261"])
    def test_similar_ones_are_free(self, make_post, slug):
        post = make_post()
        post.slug = slug

        post.full_clean()


class TestOwnClass:
    """``class Story(PostMixin, Page)`` of the site's own app."""

    def test_is_found(self):
        assert post_models() == [Story, Report, PostPage]

    def test_has_its_own_tables_for_authors_and_tags(self):
        assert Story.tags.through._meta.label == "testapp.StoryTag"
        assert (
            Story._meta.get_field("author_links").related_model._meta.label == "testapp.StoryAuthor"
        )

    def test_has_the_panels_and_the_search_fields_of_a_post(self):
        names = {getattr(field, "field_name", None) for field in Story.search_fields}

        assert {"title", "body", "excerpt", "date"} <= names
        assert len(Story.content_panels) > len(PostPage.post_panels)

"""What readers see beside the text: facets, archives, related posts, dated addresses, and what they never see."""

import gzip
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail import hooks
from wagtail.images import get_image_model
from wagtail.models import PageViewRestriction
from wagtail.rich_text import RichText

import mkt_blog
from mkt_blog.models import Author, AuthorLink, Category, Series
from mkt_blog.passages import highlighted
from mkt_blog.share import share_links
from mkt_blog.toc import contents

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>'


def titles(posts):
    return [post.title for post in posts]


@pytest.fixture
def picture():
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (900, 600)).save(file, "PNG")
    file.seek(0)
    return get_image_model().objects.create(title="Fog", file=ImageFile(file, "fog.png"))


@pytest.mark.usefixtures("surroundings")
def test_archive_shows_the_months_of_one_year(client, make_post):
    for year in (2023, 2024, 2025):
        make_post(date=timezone.make_aware(datetime(year, 5, 1)))

    def links(url):
        text = client.get(url).content.decode()
        found = set(re.findall(r'href="(?:[^"]*/)?blog/(20[0-9/]+)"', text))
        return {link for link in found if link.count("/") < 3}

    years = {"2023/", "2024/", "2025/"}
    assert links("/blog/") == years | {"2025/05/"}
    assert links("/blog/2023/") == years | {"2023/05/"}
    assert links("/blog/2024/05/") == years | {"2024/05/"}


class TestVisibility:
    """One post of each kind that nobody may see, and every place where a post can be seen."""

    @staticmethod
    def hide(kind, post):
        now = timezone.now()
        if kind == "private":
            PageViewRestriction.objects.create(page=post, restriction_type="login")
        elif kind == "future":
            type(post).objects.filter(pk=post.pk).update(date=now + timedelta(days=1))
        elif kind == "draft":
            post.unpublish()
        else:
            type(post).objects.filter(pk=post.pk).update(
                live=False, expired=True, expire_at=now - timedelta(days=1)
            )
        from mkt_blog import remembered

        # A change by update() sends no signal.
        remembered.forget()

    @pytest.mark.parametrize("kind", ["private", "future", "draft", "expired"])
    def test_hidden_post_is_nowhere(self, client, blog, make_post, food, ann, kind):
        series = Series.objects.create(title="Walks")
        lonely = Author.objects.create(name="Lonely")
        shown = {"categories": [food], "tags": ["slow"], "series": series}
        day = timezone.now() - timedelta(days=400)
        first = make_post("First", authors=[ann], date=day - timedelta(days=1), **shown)
        secret = make_post(
            "Secret",
            authors=[ann, lonely],
            date=day,
            featured=True,
            pinned=True,
            **(shown | {"tags": ["slow", "hidden"]}),
        )
        make_post("Last", authors=[ann], date=day + timedelta(days=1), **shown)
        first.related_links.create(related_post=secret)
        first.save()
        urls = ["", "category/food/", "tag/slow/", "author/ann-other/", "series/walks/"]
        urls += [f"{day:%Y}/", "search/?q=secret", "search/?q=first", "search/?author=lonely"]
        urls += ["search/?tag=slow", "feed/rss/", first.slug + "/"]
        for url in ("", first.slug + "/", "tag/slow/"):
            client.get(f"/blog/{url}")
        self.hide(kind, secret)

        for url in urls:
            response = client.get(f"/blog/{url}")
            assert response.status_code == 200, url
            assert "Secret" not in response.content.decode(), url
            assert "hidden" not in response.content.decode().replace("mkt-hidden", "").replace(
                'aria-hidden="true"', ""
            ).replace("overflow: hidden", ""), url
        context = client.get("/blog/").context
        assert context["posts"].paginator.count == 2
        assert context["categories"][0].post_count == 2
        assert sum(year.count for year in context["archive_years"]) == 2
        assert [(tag.name, tag.count) for tag in context["popular_tags"]] == [("slow", 2)]
        beside = client.get(first.url).context
        assert titles([beside["next_post"]]) == ["Last"]
        assert titles(beside["series_posts"]) == ["First", "Last"]
        assert titles(beside["related_posts"]) == ["Last"]
        assert client.get("/blog/tag/hidden/").status_code == 404
        assert client.get("/blog/author/lonely/").context["posts"].paginator.count == 0

    def test_restriction_above_the_blog_hides_all(self, client, home, blog, make_post):
        make_post("Secret")
        PageViewRestriction.objects.create(page=home, restriction_type="login")

        assert not blog.posts().exists()

    def test_hook_decides_in_every_place(self, client, make_post, food):
        shown = make_post("Shown", categories=[food], tags=["slow"])
        make_post("Left out", categories=[food], tags=["slow"])

        def leave_out(posts, blog, request):
            return posts.exclude(title="Left out")

        with hooks.register_temporarily("mkt_blog_listing_queryset", leave_out):
            for url in ("", "category/food/", "tag/slow/", "2026/", "search/?q=left", "feed/rss/"):
                assert "Left out" not in client.get(f"/blog/{url}").content.decode(), url
            assert client.get("/blog/").context["categories"][0].post_count == 1
            assert client.get(shown.url).context["related_posts"] == []
        assert "Left out" in client.get("/blog/").content.decode()

    def test_hook_that_leaves_nothing_leaves_a_post_its_page(self, client, make_post, food):
        alone = make_post("Alone", categories=[food], tags=["slow"])
        make_post("Another", categories=[food], tags=["slow"])

        with hooks.register_temporarily(
            "mkt_blog_listing_queryset", lambda posts, blog, request: posts.none()
        ):
            beside = client.get(alone.url).context
            assert (beside["previous_post"], beside["next_post"]) == (None, None)
            assert beside["related_posts"] == []
            assert list(client.get("/blog/").context["posts"]) == []


class TestFacets:
    @pytest.fixture(autouse=True)
    def posts(self, make_post, food, baking, ann):
        bea = Author.objects.create(name="Bea")
        year = {2025: datetime(2025, 5, 1, tzinfo=timezone.get_default_timezone())}
        water = [("paragraph", RichText("<p>water</p>"))]
        make_post("Bread", body=water, categories=[baking], authors=[ann], tags=["slow"])
        make_post("Soup", body=water, categories=[food], authors=[ann, bea], tags=["slow", "hot"])
        make_post("Tea", body=water, authors=[bea], tags=["hot"], date=year[2025])
        make_post("Chair", authors=[bea], tags=["slow"])

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=water", {"Bread", "Soup", "Tea"}),
            ("q=water&author=bea", {"Soup", "Tea"}),
            ("q=water&author=bea&year=2025", {"Tea"}),
            ("q=water&category=food", {"Bread", "Soup"}),
            ("category=food/baking", {"Bread"}),
            ("tag=slow&author=bea", {"Soup", "Chair"}),
            ("q=water&tag=none", set()),
            ("year=0000", set()),
            ("year=junk&q=water", {"Bread", "Soup", "Tea"}),
            ("", set()),
        ],
    )
    def test_narrow_what_is_found(self, client, query, found):
        assert set(titles(client.get(f"/blog/search/?{query}").context["posts"])) == found

    def test_count_what_is_found_and_can_be_taken_away(self, client):
        listing = client.get("/blog/search/?q=water&tag=hot").context["listing"]
        counts = {
            facet.name: {choice.label: choice.count for choice in facet.choices}
            for facet in listing.facets
        }

        assert counts["tag"] == {"hot": 2, "slow": 1}
        assert counts["author"] == {"Bea": 2, "Ann Other": 1}
        assert counts["category"] == {"Food": 1}
        assert counts["year"] == {"2026": 1, "2025": 1}
        active = next(
            choice for facet in listing.facets for choice in facet.choices if choice.active
        )
        assert active.url == "/blog/search/?q=water"
        assert not listing.capped

    def test_pages_keep_the_filters(self, client, settings):
        settings.MKT_BLOG = {"POSTS_PER_PAGE": 1}
        context = client.get("/blog/search/?q=water&author=bea").context

        assert context["next_url"] == "/blog/search/?q=water&author=bea&page=2"

    def test_few_candidates_are_said_to_be_few(self, client, monkeypatch):
        monkeypatch.setattr("mkt_blog.search.CANDIDATES", 2)
        response = client.get("/blog/search/?q=water")

        assert response.context["listing"].capped
        assert "At least 2 posts" in response.content.decode()

    @hypothesis_settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        junk=st.text(max_size=30) | st.sampled_from([HOSTILE, "\0", "9" * 99, "%", "'--", "١"]),
        name=st.sampled_from(["page", "q", "category", "tag", "author", "year"]),
    )
    def test_junk_in_an_address_breaks_nothing(self, client, junk, name):
        for path in ("/blog/", "/blog/search/"):
            data = {"q": "water", name: junk.encode("utf-8", "replace").decode()}
            response = client.get(path, data)

            assert response.status_code in (200, 404)
            assert "<script>alert" not in response.content.decode()


class TestRelated:
    def test_rare_terms_count_more_than_common_ones(self, client, make_post, food):
        post = make_post(categories=[food], tags=["rare", "common"])
        for _ in range(4):
            make_post(categories=[food], tags=["common"])
        rare = make_post("Rare", tags=["rare"])

        assert client.get(post.url).context["related_posts"][0] == rare

    def test_hand_picked_posts_come_first_in_their_order(self, client, make_post, food):
        post, like, second, first = (make_post(categories=[food]) for _ in range(4))
        for number, chosen in enumerate((first, second, post)):
            post.related_links.create(related_post=chosen, sort_order=number)
        post.save()

        assert client.get(post.url).context["related_posts"] == [first, second, like]


class TestDatedAddresses:
    @pytest.fixture
    def dated(self, blog):
        blog.dated_urls = True
        blog.save()
        return blog

    @pytest.fixture
    def post(self, dated, make_post):
        # Still the 28th in UTC, and the first of March where the site is.
        day = datetime(2026, 2, 28, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
        return make_post("Ein Gruß", slug="gruß-林", date=day)

    URL = "/blog/2026/03/01/gru%C3%9F-%E6%9E%97/"

    def test_stand_everywhere(self, client, post, dated):
        assert type(post).objects.get().url == self.URL
        assert client.get(self.URL).context["post"] == post
        for url in ("/blog/", "/blog/feed/rss/", "/blog/2026/"):
            assert self.URL in client.get(url).content.decode(), url
        assert f'rel="canonical" href="http://testserver{self.URL}"' in (
            client.get(self.URL).content.decode().replace("http://localhost", "http://testserver")
        )

    @pytest.mark.parametrize("path", ["gruß-林/", "2026/02/28/gruß-林/", "1999/01/01/gruß-林/"])
    def test_other_forms_lead_there(self, client, post, path):
        response = client.get(f"/blog/{path}?a=b")

        assert (response.status_code, response["Location"]) == (301, f"{self.URL}?a=b")

    def test_undated_blog_leads_to_the_plain_form(self, client, make_post):
        post = make_post("Plain")

        assert client.get("/blog/2026/03/01/plain/")["Location"] == post.url == "/blog/plain/"

    def test_unknown_private_and_draft_posts_keep_their_ways(self, client, post, make_post):
        make_post("Draft", slug="draft", live=False)
        PageViewRestriction.objects.create(page=post, restriction_type="password", password="x")

        for path in ("2026/03/01/none/", "2026/03/01/draft/", "draft/", "2026/13/01/none/"):
            assert client.get(f"/blog/{path}").status_code == 404, path
        assert "password" in client.get(self.URL).content.decode().lower()

    def test_old_address_leads_on_after_a_change(
        self, client, post, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            post.slug = "neu"
            post.save_revision().publish()

        response = client.get(self.URL, follow=True)
        assert response.redirect_chain[-1][0].endswith("/blog/2026/03/01/neu/")
        assert response.status_code == 200

    def test_listing_asks_no_blog_for_each_post(
        self, client, dated, make_post, django_assert_max_num_queries
    ):
        for _ in range(6):
            make_post()
        client.get("/blog/")

        with django_assert_max_num_queries(8):
            client.get("/blog/")


class TestPictures:
    def test_have_sizes_and_keep_their_place(self, client, make_post, picture):
        make_post("Bread", hero_image=picture, hero_alt="A loaf", hero_caption=HOSTILE)
        card = client.get("/blog/").content.decode()
        page = client.get("/blog/bread/").content.decode()

        assert "srcset=" in card
        assert 'width="' in card
        assert ".webp" in card
        assert 'loading="eager"' in card
        assert 'alt="A loaf"' in page
        assert "&lt;script&gt;alert(1)" in page

    def test_default_picture_of_the_blog_stands_in(self, client, blog, make_post, picture):
        blog.default_image = picture
        blog.save()
        post = make_post("Bread")

        assert "mkt-card__media" in client.get("/blog/").content.decode()
        assert "mkt-post__hero" in client.get(post.url).content.decode()

    def test_come_in_the_formats_of_the_setting(self, client, make_post, picture, settings):
        settings.MKT_BLOG = {"IMAGE_FORMATS": ["webp", "jpeg", "unknown"]}
        make_post(hero_image=picture)
        page = client.get("/blog/").content.decode()

        assert "<source" in page
        assert 'type="image/webp"' in page


class TestParts:
    def test_contents_are_nested_and_only_for_long_posts(self):
        def heading(level, text):
            return {"level": level, "text": text, "anchor": text}

        roots = contents([heading(2, "a"), heading(4, "b"), heading(3, "c"), heading(2, "d")])

        assert [entry.text for entry in roots] == ["a", "d"]
        assert [entry.text for entry in roots[0].children] == ["b", "c"]
        assert contents([heading(2, "a"), heading(2, "b")]) == []
        assert contents([{}, None, "junk"]) == []

    def test_share_links_are_those_of_the_setting(self, settings):
        settings.MKT_BLOG = {"SHARE": ["email", "copy", "nonsense"]}
        links = share_links("https://example.com/a/", "Bread & butter")

        assert [link.kind for link in links] == ["email", "copy"]
        assert links[0].url.startswith("mailto:?subject=Bread%20%26%20butter&body=https%3A")

    def test_marks_words_and_escapes_the_rest(self):
        assert highlighted("a <b> Wat&er", ["wat"]) == "a &lt;b&gt; <mark>Wat</mark>&amp;er"
        assert highlighted("<script>", ["script"]) == "&lt;<mark>script</mark>&gt;"
        assert "… " in highlighted("x " * 200 + "needle", ["needle"])

    def test_profile_of_an_author(self, client, make_post, ann, picture):
        Author.objects.filter(pk=ann.pk).update(
            photo=picture, role="Baker", bio="Bakes.", url="javascript:alert(1)"
        )
        AuthorLink.objects.create(author=ann, label=HOSTILE, url="https://example.com/@ann")
        AuthorLink.objects.create(author=ann, label="Bad", url="javascript:alert(2)")
        make_post(authors=[ann])
        for _ in range(2):
            page = client.get("/blog/author/ann-other/").content.decode()

            assert "Baker" in page
            assert 'href="https://example.com/@ann"' in page
            assert "javascript:" not in page
            assert "<script>alert" not in page

    def test_posts_on_a_page_are_those_of_the_blog(self, client, blog, make_post):
        blog.posts_per_page = 2
        blog.save()
        for _ in range(3):
            make_post()

        assert client.get("/blog/").context["posts"].paginator.num_pages == 2

    def test_featured_posts_stand_on_the_first_page(self, client, blog, make_post, settings):
        settings.MKT_BLOG = {"POSTS_PER_PAGE": 1, "LOAD_MORE": True}
        make_post("Old", featured=True, date=timezone.now() - timedelta(days=9))
        make_post("New", date=timezone.now())
        first = client.get("/blog/")

        assert titles(first.context["featured_posts"]) == ["Old"]
        assert "data-mkt-more" in first.content.decode()
        assert client.get("/blog/?page=2").context["featured_posts"] == []

    def test_series_numbers_its_posts_in_order(self, client, make_post):
        series = Series.objects.create(title="Walks")
        make_post("Two", series=series, series_position=2)
        make_post("One", series=series, series_position=1)
        make_post("Unnumbered", series=series)
        response = client.get("/blog/series/walks/")

        assert titles(response.context["posts"]) == ["One", "Two", "Unnumbered"]
        assert "Part 2" in response.content.decode()

    def test_style_and_script_are_small(self):
        folder = Path(mkt_blog.__file__).parent / "static" / "mkt_blog"

        assert len(gzip.compress((folder / "blog.css").read_bytes())) <= 20_000
        assert len(gzip.compress((folder / "blog.js").read_bytes())) <= 5_000


class TestCrowds:
    def test_ten_thousand_categories_leave_the_navigation_short(self, client, make_post, settings):
        settings.MKT_BLOG = {"NAVIGATION_TERMS": 5}
        first = Category.objects.create(name="Root")
        Category.objects.bulk_create(
            Category(
                name=f"C{n}", slug=f"c{n}", path=f"root/c{n}", parent=first, locale=first.locale
            )
            for n in range(10_000)
        )
        post = make_post(categories=Category.objects.filter(path__startswith="root/c9")[:300])
        page = client.get("/blog/")

        assert page.context["categories"][0].post_count == 1
        assert len(page.context["categories"][0].children_list) == 4
        assert client.get(post.url).status_code == 200

    def test_thousand_authors_of_one_post_are_no_error(self, client, make_post):
        locale = Category.objects.create(name="Food").locale
        Author.objects.bulk_create(
            Author(name=f"Author {n}", slug=f"author-{n}", locale=locale) for n in range(1000)
        )
        post = make_post()
        links = type(post)._meta.get_field("author_links").related_model
        links.objects.bulk_create(links(post=post, author=one) for one in Author.objects.all())

        assert client.get(post.url).status_code == 200
        assert client.get("/blog/").status_code == 200

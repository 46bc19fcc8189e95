from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site
from wagtail.rich_text import RichText

from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import BlogIndexPage
from mkt_blog.testing import forget_everything
from tests.testapp.models import Story, StoryIndex

pytestmark = pytest.mark.django_db
# Once with the blog alone, once among others.
anywhere = pytest.mark.usefixtures("surroundings")


def titles(response):
    return [post.title for post in response.context["posts"]]


@anywhere
class TestIndex:
    def test_shows_posts_newest_first_with_pinned_ones_on_top(self, client, make_post):
        make_post("Old", date=timezone.now() - timedelta(days=2))
        make_post("Pinned", date=timezone.now() - timedelta(days=3), pinned=True)
        make_post("New", date=timezone.now() - timedelta(days=1))

        assert titles(client.get("/blog/")) == ["Pinned", "New", "Old"]

    def test_stands_in_the_frame_of_the_host_site(self, client, make_post):
        post = make_post("Hello")

        for url in ("/blog/", f"/blog/{post.slug}/"):
            response = client.get(url)
            assert b"The host site" in response.content
            assert b"Hello" in response.content

    def test_falls_back_to_a_plain_frame(self, client, make_post, settings):
        settings.MKT_BLOG = {"BASE_TEMPLATE": "no/such/template.html"}
        make_post("Hello")

        assert b"Hello" in client.get("/blog/").content

    def test_without_posts_is_a_page(self, client, blog):
        assert client.get("/blog/").status_code == 200


class TestPagination:
    @pytest.fixture(autouse=True)
    def posts(self, make_post, settings):
        settings.MKT_BLOG = {"POSTS_PER_PAGE": 2}
        for _ in range(5):
            make_post()

    @pytest.mark.parametrize("path", ["", "category/food/", "tag/rye/", "author/ann-other/"])
    @pytest.mark.parametrize("deep", [0, 100])
    def test_pages_together_have_each_post_once_and_in_order(
        self, client, blog, food, ann, path, deep, monkeypatch
    ):
        monkeypatch.setattr("mkt_blog.listed.DEEP", deep)
        posts = list(blog.posts().order_by("date"))
        for post in posts:
            post.categories, post.pinned = [food], post == posts[1]
            post.set_authors([ann])
            post.tags.add("rye")
            post.save()
        expected = [post.title for post in posts[::-1]]
        if not path:
            expected.insert(0, expected.pop(3))

        # Whatever is remembered of the pages before.
        for _ in range(2):
            answers = [client.get(f"/blog/{path}?page={number}") for number in (1, 2, 3)]
            assert [title for answer in answers for title in titles(answer)] == expected
            assert client.get(f"/blog/{path}?page=4").status_code == 404

    def test_last_page_of_many_does_not_read_those_before_it(self, client, monkeypatch):
        monkeypatch.setattr("mkt_blog.listed.DEEP", 1)
        client.get("/blog/")
        with CaptureQueriesContext(connection) as queries:
            assert titles(client.get("/blog/?page=3")) == ["Post 1"]
        assert not [query["sql"] for query in queries if "OFFSET" in query["sql"]]

    def test_links_pages(self, client):
        context = client.get("/blog/?page=2").context

        assert len(context["posts"]) == 2
        assert context["previous_url"].endswith("/blog/")
        assert context["next_url"].endswith("/blog/?page=3")
        assert [link.number for link in context["page_links"]] == [1, 2, 3]

    def test_search_keeps_its_query(self, client):
        assert client.get("/blog/search/?q=Post").context["next_url"].endswith("?q=Post&page=2")

    @pytest.mark.parametrize(
        "page", ["4", "0", "-1", "x", "", "1.0", "²", "9" * 5000, "last", "%00"]
    )
    def test_what_is_no_page_is_not_found(self, client, page):
        assert client.get(f"/blog/?page={page}").status_code == 404


@anywhere
class TestCategory:
    def test_lists_the_branch_at_its_path(self, client, make_post, food, baking):
        make_post("Bread", categories=[baking])
        make_post("Soup", categories=[food])
        make_post("Chair")

        assert set(titles(client.get("/blog/category/food/"))) == {"Bread", "Soup"}
        assert titles(client.get("/blog/category/food/baking/")) == ["Bread"]

    @pytest.mark.parametrize("path", ["baking", "food/nothing", "food//baking", "nothing"])
    def test_unknown_path_is_not_found(self, client, blog, baking, path):
        assert client.get(f"/blog/category/{path}/").status_code == 404

    def test_tree_beside_the_listing_counts_posts(self, client, make_post, food, baking):
        make_post(categories=[baking])
        make_post(categories=[baking], live=False)
        make_post(categories=[food, baking])
        Category.objects.create(name="Empty")
        (root,) = client.get("/blog/").context["categories"]

        assert (root.name, root.post_count, root.url) == ("Food", 2, "/blog/category/food/")
        assert [child.post_count for child in root.children_list] == [2]


@anywhere
@pytest.mark.parametrize(
    ("axis", "url"),
    [
        ("tag", "/blog/tag/slow/"),
        ("author", "/blog/author/ann-other/"),
        ("series", "/blog/series/walks/"),
    ],
)
def test_term_lists_its_posts_only(client, make_post, ann, axis, url):
    series = Series.objects.create(title="Walks")
    make_post("Mine", tags=["slow"], authors=[ann], series=series, series_position=1)
    make_post("Other", authors=[Author.objects.create(name="Bea")], tags=["fast"])
    response = client.get(url)

    assert titles(response) == ["Mine"]
    assert response.context["listing"].axis == axis


@pytest.mark.parametrize(
    "url",
    [
        "tag/none/",
        "author/none/",
        "series/none/",
        "2019/",
        "2026/13/",
        "2026/02/30/",
        "0000/",
        "9999/12/31/",
    ],
)
def test_unknown_term_or_empty_time_is_not_found(client, make_post, url):
    make_post()

    assert client.get(f"/blog/{url}").status_code == 404


@anywhere
def test_tag_of_a_draft_alone_has_no_page(client, make_post):
    make_post(tags=["secret"], live=False)

    assert client.get("/blog/tag/secret/").status_code == 404


@anywhere
class TestArchive:
    @pytest.mark.parametrize(
        ("url", "found"), [("2026/", 3), ("2026/02/", 1), ("2026/03/", 2), ("2026/03/01/", 1)]
    )
    def test_uses_days_of_the_time_zone_of_the_site(self, client, make_post, url, found):
        # Half past eleven at night in UTC is already the first of March in Berlin.
        make_post(date=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))
        make_post(date=datetime(2026, 2, 28, 22, 30, tzinfo=UTC))
        make_post(date=datetime(2026, 3, 31, 21, 30, tzinfo=UTC))

        assert len(titles(client.get(f"/blog/{url}"))) == found


@anywhere
class TestSearch:
    @pytest.fixture(autouse=True)
    def posts(self, make_post):
        make_post("Bread", body=[("paragraph", RichText("<p>flour and water</p>"))])
        make_post("Soup", body=[("paragraph", RichText("<p>stock and water</p>"))])

    def test_finds_words_of_the_body(self, client):
        assert titles(client.get("/blog/search/?q=flour")) == ["Bread"]
        assert set(titles(client.get("/blog/search/?q=water"))) == {"Bread", "Soup"}

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "%20%20",
            "nothing",
            "%00",
            "%22",
            "%22%20OR%20*",
            "NOT",
            "NEAR(a b)",
            "%F0%9F%8D%9E",
            "a" * 5000,
        ],
    )
    def test_what_finds_nothing_is_an_empty_page(self, client, query):
        assert titles(client.get(f"/blog/search/?q={query}")) == []

    def test_does_not_find_what_is_private_or_to_come(self, client, make_post):
        private = make_post("Private water", body=[])
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        make_post("Future water", date=timezone.now() + timedelta(days=1))

        assert set(titles(client.get("/blog/search/?q=water"))) == {"Bread", "Soup"}

    def test_does_not_find_posts_of_another_blog(self, client, home, make_post):
        other = home.add_child(instance=BlogIndexPage(title="Other", slug="other"))
        make_post("Other water", below=other)

        assert set(titles(client.get("/blog/search/?q=water"))) == {"Bread", "Soup"}
        assert titles(client.get("/other/search/?q=water")) == ["Other water"]


@anywhere
def test_non_ascii_slugs_have_working_addresses(client, make_post):
    author = Author.objects.create(name="Ольга")
    category = Category.objects.create(name="Smørrebrød")
    post = make_post(
        "Ein Gruß", slug="gruß-林", authors=[author], categories=[category], tags=["über"]
    )
    page = client.get("/blog/").content.decode()

    for url in ("author/%D0%BE%D0%BB%D1%8C%D0%B3%D0%B0/", "category/sm%C3%B8rrebr%C3%B8d/"):
        assert url in page
        assert titles(client.get(f"/blog/{url}")) == [post.title]
    assert client.get(post.url).status_code == 200


@anywhere
class TestSeveralBlogs:
    def test_each_lists_its_own_kind_of_post(self, client, home, make_post, food):
        index = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
        make_post("A story", below=index, model=Story, categories=[food], dateline="Here")
        make_post("A post", categories=[food])

        assert titles(client.get("/stories/")) == ["A story"]
        assert titles(client.get("/stories/category/food/")) == ["A story"]
        assert titles(client.get("/blog/category/food/")) == ["A post"]
        assert client.get("/stories/a-story/").status_code == 200

    def test_blog_can_be_the_root_of_a_site(self, client, home, make_post):
        root = home.get_parent().add_child(instance=BlogIndexPage(title="Root", slug="root"))
        Site.objects.update(root_page=root)
        make_post("Bread", below=root, tags=["slow"])

        assert titles(client.get("/")) == ["Bread"]
        assert titles(client.get("/tag/slow/")) == ["Bread"]
        assert client.get("/bread/").status_code == 200


@anywhere
class TestPost:
    def test_knows_its_neighbours(self, client, make_post, food):
        days = [timezone.now() - timedelta(days=n) for n in (3, 2, 1)]
        first, second, third = (
            make_post(f"Day {n}", date=day, categories=[food]) for n, day in enumerate(days)
        )
        make_post("Draft", date=days[0], live=False, categories=[food])
        context = client.get(second.url).context

        assert (context["previous_post"], context["next_post"]) == (first, third)
        assert set(context["related_posts"]) == {first, third}
        assert client.get(first.url).context["previous_post"] is None

    def test_related_posts_share_most_terms_first(self, client, make_post, food, baking):
        post = make_post(categories=[baking], tags=["a", "b"])
        less = make_post(tags=["a"])
        most = make_post(categories=[baking], tags=["a", "b"])
        make_post(categories=[food], tags=["c"])

        assert client.get(post.url).context["related_posts"] == [most, less]

    def test_names_the_feed_of_its_blog(self, client, make_post):
        assert b'type="application/rss+xml" title="Field notes" href="/blog/feed/rss/"' in (
            client.get(make_post().url).content
        )

    def test_takes_a_fixed_number_of_queries(self, client, make_post, food, ann):
        def queries(post):
            forget_everything()
            with CaptureQueriesContext(connection) as captured:
                assert client.get(post.url).status_code == 200
            return len(captured)

        post = make_post(categories=[food], authors=[ann], tags=["a"])
        make_post(categories=[food], authors=[ann], tags=["a"])
        make_post(categories=[food], authors=[ann], tags=["a"])
        make_post(categories=[food], authors=[ann], tags=["a"])
        few = queries(post)
        for n in range(9):
            author = Author.objects.create(name=f"Author {n}")
            category = Category.objects.create(name=f"Category {n}")
            make_post(categories=[food, category], authors=[ann, author], tags=["a", f"t{n}"])

        assert queries(post) == few
        assert few <= 25

    def test_of_a_series_shows_the_others(self, client, make_post):
        series = Series.objects.create(title="Walks")
        second = make_post(series=series, series_position=2)
        first = make_post(series=series, series_position=1)

        assert client.get(first.url).context["series_posts"] == [first, second]

    def test_every_block_renders(self, client, make_post):
        body = [
            ("heading", {"text": "A <heading>", "level": "h3"}),
            ("paragraph", RichText("<p>Some <b>text</b></p>")),
            ("quote", {"text": "Said <so>", "attribution": "Someone"}),
            ("code", {"language": "html", "code": "<b>not bold</b>"}),
            ("html", "<table><tr><td>cell</td></tr></table>"),
        ]
        page = client.get(make_post(body=body).url).content.decode()

        assert "A &lt;heading&gt;" in page
        assert "Some <b>text</b>" in page
        assert "Said &lt;so&gt;" in page
        assert "not bold" in page
        assert "<b>not bold" not in page
        assert "<td>cell</td>" in page

    def test_query_count_does_not_grow_with_the_blog(self, client, make_post, food, ann):
        def queries():
            forget_everything()
            with CaptureQueriesContext(connection) as captured:
                assert client.get("/blog/").status_code == 200
            return len(captured)

        def grow(number):
            for n in range(number):
                make_post(categories=[food], authors=[ann], tags=["a", f"t{n}"])

        grow(3)
        few = queries()
        grow(9)

        assert queries() == few
        assert few <= 20


HOSTILE = "<script>alert(1)</script>"


def test_hostile_names_are_escaped_everywhere(client, make_post):
    author = Author.objects.create(name=HOSTILE, slug="evil", bio=HOSTILE)
    category = Category.objects.create(name=HOSTILE, slug="evil", description=HOSTILE)
    series = Series.objects.create(title=HOSTILE, slug="evil", description=HOSTILE)
    post = make_post(
        HOSTILE,
        slug="evil",
        subtitle=HOSTILE,
        excerpt=HOSTILE,
        authors=[author],
        categories=[category],
        tags=[HOSTILE],
        series=series,
        series_position=1,
    )
    urls = ["", "evil/", "category/evil/", "author/evil/", "series/evil/", f"search/?q={HOSTILE}"]

    for url in urls:
        response = client.get(f"/blog/{url}")
        assert response.status_code == 200
        assert HOSTILE not in response.content.decode(), url
    assert client.get(f"/blog/tag/{post.tag_list[0].slug}/").status_code == 200

import pytest
from django.db import connection, transaction
from django.db.models import Count, F
from django.db.models.signals import post_init
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from mkt_core.cache.collector import collecting

from ..site.building import picture
from ..site.models import Branding, IndexPage, PostPage, Topic

# Wagtail leaves the temporary file of a new rendition to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)

URLS = [
    "/about/",
    "/news/",
    "/notes/",
    *(f"/{blog}/post-{n}/" for blog in ("news", "notes") for n in range(3)),
    "/news/new/",
    "/missing/",
]


def post(blog="news", n=1):
    return PostPage.objects.get(slug=f"post-{n}", url_path__contains=f"/{blog}/")


def edit_body(page=None):
    page = page or post()
    page.body = "edited"
    page.save_revision().publish()


def new_post():
    IndexPage.objects.get(slug="news").add_child(instance=PostPage(title="new", slug="new", date=9))


def set_values(page, **values):
    for name, value in values.items():
        setattr(page, name, value)
    page.save()


def replace_image():
    image = get_image_model().objects.get()
    image.file = picture("blue")
    image.save()
    image.renditions.all().delete()


def raw_write():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache_site_topic SET name = 'raw'")


def roll_back(change):
    with transaction.atomic():
        change()
        transaction.set_rollback(True)


CHANGES = {
    "edit": edit_body,
    "new post": new_post,
    "title": lambda: set_values(post(), title="other"),
    "slug": lambda: set_values(post(), slug="new"),
    "menu title": lambda: set_values(Page.objects.get(slug="about"), title="Us"),
    "blog slug": lambda: set_values(IndexPage.objects.get(slug="news"), slug="press"),
    "unpublish": lambda: post().unpublish(),
    "delete": lambda: post().delete(),
    "delete blog": lambda: IndexPage.objects.get(slug="news").delete(),
    "move": lambda: post().move(IndexPage.objects.get(slug="about"), "last-child"),
    "reorder": lambda: Page.objects.get(slug="notes").move(Page.objects.get(slug="about"), "left"),
    "copy": lambda: post().copy(update_attrs={"slug": "new", "title": "copy"}),
    "alias": lambda: post().create_alias(update_slug="new"),
    "private": lambda: PageViewRestriction.objects.create(
        page=Page.objects.get(slug="news"), restriction_type="login"
    ),
    "site name": lambda: Site.objects.update(site_name="renamed"),
    "site root": lambda: set_values(Site.objects.get(), root_page=Page.objects.get(slug="news")),
    "setting": lambda: Branding.objects.update(tagline="new"),
    "image": replace_image,
    "topic": lambda: Topic.objects.filter(slug="bees").update(name="BEES"),
    "new topic": lambda: Topic.objects.create(name="dogs", slug="dogs"),
    "bulk topics": lambda: Topic.objects.bulk_create(
        [Topic(name="x", slug="x"), Topic(name="y", slug="y")]
    ),
    "delete topic": lambda: Topic.objects.get(slug="art").delete(),
    "m2m": lambda: post().topics.through.objects.filter(postpage=post()).delete(),
    "bulk update": lambda: PostPage.objects.filter(date__gt=0).update(date=5),
    "raw": raw_write,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_page_that_changes_is_purged(oracle, change):
    oracle.render(*URLS)
    change()
    changed, _ = oracle.judge()
    assert changed


def test_a_site_root_gets_new_urls_with_the_page_above_it(oracle):
    news = IndexPage.objects.get(slug="news")
    set_values(Site.objects.get(), root_page=post().page_ptr)
    oracle.render("/")
    assert "\n/\n" in oracle.seen["/"][0]
    set_values(news, slug="press")
    oracle.judge()
    assert oracle.is_purged("/")
    oracle.render("/")
    assert "\n/\n" in oracle.seen["/"][0]


def test_rows_written_as_they_were_touch_nothing(oracle):
    oracle.render(*URLS)
    Topic.objects.filter(slug="art").update(name="art")
    assert oracle.judge() == (set(), set())


def test_rendering_changes_nothing(oracle):
    oracle.render(*URLS)
    assert oracle.judge() == (set(), set())
    assert oracle.bumps == set()


def test_an_edit_touches_its_page_and_its_listing_alone(oracle):
    oracle.render(*URLS)
    edit_body()
    changed, needless = oracle.judge()
    assert changed == {"/news/post-1/"}
    assert needless <= {"/news/"}


def test_a_new_post_touches_only_its_listing(oracle):
    oracle.render(*URLS)
    new_post()
    changed, needless = oracle.judge()
    assert changed == {"/news/", "/news/new/"}
    assert needless == set() or needless <= {"/about/", "/notes/"}


def test_a_new_topic_touches_no_post(oracle):
    oracle.render(*URLS)
    Topic.objects.create(name="dogs", slug="dogs")
    changed, needless = oracle.judge()
    assert changed == {"/about/", "/news/", "/notes/"}
    assert needless == set()


def test_a_topic_given_to_one_post_touches_no_other(oracle):
    oracle.render(*URLS)
    page = post(n=0)
    page.topics.set(Topic.objects.all())
    page.save()
    changed, needless = oracle.judge()
    assert changed == {"/news/", "/news/post-0/"}
    assert needless == set()


def test_a_draft_touches_nothing(oracle):
    oracle.render(*URLS)
    page = post()
    page.title = "later"
    page.save_revision()
    assert oracle.judge() == (set(), set())


def test_a_rolled_back_savepoint_is_not_told_and_loses_nothing(oracle):
    oracle.render(*URLS)
    with transaction.atomic():
        Topic.objects.filter(slug="art").update(name="ART")
        roll_back(edit_body)
        assert oracle.bumps == set()
    assert not oracle.is_purged("/notes/post-2/") or "art" in oracle.seen["/notes/post-2/"][0]
    changed, _ = oracle.judge()
    assert "/news/" in changed
    assert f"page:{post().pk}" not in oracle.bumps


def test_a_rolled_back_transaction_tells_nothing(oracle):
    oracle.render(*URLS)
    roll_back(edit_body)
    assert oracle.bumps == set()


def read(query):
    """The tags that a queryset leaves."""
    with collecting() as collector:
        list(query)
    return {tag for tag in collector.tags if not tag.startswith(("bulk:", "rows:"))}


def column(name, table="cache_site_topic"):
    return f"col:{table}.{name}"


class TestColumns:
    """Which columns count, beside the rows themselves; see ``reads``."""

    def test_of_instances_none_do(self, oracle):
        assert not [tag for tag in read(Topic.objects.all()) if tag.startswith("col:")]

    def test_of_instances_with_deferred_fields_none_do(self, oracle):
        assert not [tag for tag in read(Topic.objects.defer("name")) if tag.startswith("col:")]

    def test_of_values_all_do(self, oracle):
        assert column("name") in read(Topic.objects.values("pk", "name"))
        assert column("name") in read(Topic.objects.values_list("id", "name"))

    def test_those_that_decide_do(self, oracle):
        assert column("name") in read(Topic.objects.filter(name__gt="a"))

    def test_the_order_of_all_instances_is_theirs(self, oracle):
        assert column("name") not in read(Topic.objects.order_by("name"))

    def test_the_order_of_some_is_not(self, oracle):
        assert column("name") in read(Topic.objects.order_by("name")[:1])

    def test_the_order_of_values_is_not(self, oracle):
        assert column("name") in read(Topic.objects.order_by("name").values("pk", "slug"))

    def test_annotations_are_no_part_of_instances(self, oracle):
        posts = PostPage.objects.annotate(x=F("topic__name"), y=F("topic__id"))
        assert column("name") in read(posts)

    def test_whoever_groups_by_the_key_groups_by_nothing_else(self, oracle):
        topics = read(Topic.objects.annotate(n=Count("postpage")))
        assert column("name") not in topics
        assert column("name") in read(Topic.objects.values("name").annotate(n=Count("pk")))

    def test_a_page_is_grouped_by_its_key_where_only_that_of_the_post_is_named(self, oracle):
        counted = PostPage.objects.annotate(n=Count("topics")).order_by("-n", "date")

        found = read(counted.values_list("pk", flat=True))

        assert column("date", "cache_site_postpage") in found
        assert not found & {column(name, "wagtailcore_page") for name in ("title", "draft_title")}

    @pytest.mark.parametrize("name", ["draft_title", "has_unpublished_changes"])
    def test_values_of_drafts_are_told(self, oracle, name):
        pages = Page.objects.filter(pk=post().pk)
        tag = column(name, "wagtailcore_page")
        assert tag in read(pages.values("pk", name))
        assert tag not in read(pages)
        assert tag in read(Page.objects.order_by(name))

    def test_a_question_asked_while_instances_are_made_is_one_of_its_own(self, oracle):
        def ask(sender, instance, **kwargs):
            seen.extend(Topic.objects.values("pk", "name"))

        seen = []
        post_init.connect(ask, sender=Branding)
        try:
            assert column("name") in read(Branding.objects.all())
        finally:
            post_init.disconnect(ask, sender=Branding)
        assert seen

"""Editors do anything in any order: no page that changed may be left unpurged."""

from contextlib import ExitStack

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from ..site.building import picture
from ..site.models import Branding, IndexPage, PostPage, Topic
from .conftest import Oracle, undone

pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)

WORDS = st.sampled_from(["ant", "bee", "cat", "dog"])
NUMBERS = st.integers(0, 9)
SOME_URLS = [
    "/",
    "/about/",
    "/news/",
    "/notes/",
    "/news/post-0/",
    "/news/post-1/",
    "/notes/post-2/",
]


def pick(queryset, n):
    rows = list(queryset.order_by("pk"))
    return rows[n % len(rows)] if rows else None


class Editors(RuleBasedStateMachine):
    tally = {"changed": 0, "needless": 0, "kept": 0, "steps": 0}

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.oracle = Oracle()
        self.stack.enter_context(self.oracle.listening())
        self.stack.enter_context(undone())

    @initialize()
    def start(self):
        self.oracle.render(*SOME_URLS)

    def teardown(self):
        self.stack.close()

    def page(self, n):
        return pick(Page.objects.filter(depth__gt=2), n)

    def post(self, n):
        return pick(PostPage.objects.all(), n)

    @rule(n=NUMBERS, word=WORDS)
    def edit_post(self, n, word):
        if post := self.post(n):
            post.body = word
            post.save_revision().publish()

    @rule(n=NUMBERS, word=WORDS)
    def edit_draft(self, n, word):
        if post := self.post(n):
            post.title = word
            post.save_revision()

    @rule(n=NUMBERS)
    def publish_latest(self, n):
        page = self.page(n)
        if page and page.latest_revision and not page.alias_of_id:
            page.latest_revision.publish()

    @rule(n=NUMBERS, word=WORDS)
    def retitle(self, n, word):
        if page := self.page(n):
            page.title = word
            page.save()

    @rule(n=NUMBERS, word=WORDS)
    def change_slug(self, n, word):
        page = self.page(n)
        if page and not page.get_siblings().filter(slug=word).exists():
            page = page.specific
            page.slug = word
            page.save()

    @rule(n=NUMBERS)
    def unpublish(self, n):
        if page := self.page(n):
            page.unpublish()

    @rule(n=NUMBERS)
    def toggle_menu(self, n):
        if page := self.page(n):
            page.show_in_menus = not page.show_in_menus
            page.save()

    @rule(n=NUMBERS, word=WORDS)
    def new_post(self, n, word):
        index = pick(IndexPage.objects.all(), n)
        if index and not index.get_children().filter(slug=word).exists():
            index.add_child(instance=PostPage(title=word, slug=word, date=n))

    @rule(n=NUMBERS)
    def delete_page(self, n):
        if page := self.page(n):
            page.delete()

    @rule(n=NUMBERS, m=NUMBERS, where=st.sampled_from(["first-child", "last-child"]))
    def move(self, n, m, where):
        page, target = self.page(n), pick(IndexPage.objects.all(), m)
        if page is None or target is None or target.pk == page.pk or target.is_descendant_of(page):
            return
        if not target.get_children().filter(slug=page.slug).exclude(pk=page.pk).exists():
            page.move(target, where)

    @rule(n=NUMBERS, m=NUMBERS, where=st.sampled_from(["left", "right"]))
    def reorder(self, n, m, where):
        page = self.page(n)
        sibling = page and pick(page.get_siblings(inclusive=False), m)
        if sibling:
            page.move(sibling, where)

    @rule(n=NUMBERS, word=WORDS, alias=st.booleans())
    def copy(self, n, word, alias):
        post = self.post(n)
        if post and not post.get_siblings().filter(slug=word).exists():
            if alias:
                post.create_alias(update_slug=word)
            else:
                post.copy(update_attrs={"slug": word, "title": word})

    @rule(n=NUMBERS)
    def restrict(self, n):
        if page := self.page(n):
            PageViewRestriction.objects.create(page=page, restriction_type="login")

    @rule()
    def lift_restrictions(self):
        PageViewRestriction.objects.all().delete()

    @rule(n=NUMBERS, word=WORDS)
    def change_site(self, n, word):
        site = Site.objects.get()
        site.site_name = word
        if n > 7 and (index := pick(IndexPage.objects.all(), n)):
            site.root_page = Page.objects.get(pk=index.pk)
        site.save()

    @rule(word=WORDS, is_bulk=st.booleans())
    def change_setting(self, word, is_bulk):
        if is_bulk:
            Branding.objects.update(tagline=word)
        elif site := Site.objects.first():
            branding = Branding.for_site(site)
            branding.tagline = word
            branding.save()

    @rule(color=st.sampled_from(["red", "blue"]))
    def replace_image(self, color):
        image = get_image_model().objects.first()
        image.file = picture(color)
        image.save()
        image.renditions.all().delete()

    @rule(n=NUMBERS, word=WORDS)
    def edit_topic(self, n, word):
        if topic := pick(Topic.objects.all(), n):
            topic.name = word
            topic.save()

    @rule(word=WORDS)
    def new_topic(self, word):
        if not Topic.objects.filter(slug=word).exists():
            Topic.objects.bulk_create([Topic(name=word, slug=word)])

    @rule(n=NUMBERS)
    def delete_topic(self, n):
        if topic := pick(Topic.objects.all(), n):
            Topic.objects.filter(pk=topic.pk).delete()

    @rule(n=NUMBERS, m=NUMBERS)
    def assign_topics(self, n, m):
        if post := self.post(n):
            post.topics.set(list(Topic.objects.all())[: m % 4])
            post.topic = pick(Topic.objects.all(), m)
            post.save()

    @rule(n=NUMBERS)
    def update_posts(self, n):
        PostPage.objects.filter(date__lt=n).update(date=n)

    @rule(n=NUMBERS)
    def unpublish_in_bulk(self, n):
        PostPage.objects.filter(date=n).update(live=False)

    @rule(n=NUMBERS, word=WORDS)
    def roll_back_a_part(self, n, word):
        post = self.post(n)
        if post is None:
            return
        with transaction.atomic():
            Topic.objects.filter(slug="art").update(name=word)
            try:
                with transaction.atomic():
                    post.delete()
                    raise RuntimeError
            except RuntimeError:
                Branding.objects.update(tagline=word)

    @rule(n=NUMBERS, word=WORDS)
    def write_by_hand(self, n, word):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE cache_site_postpage SET body = %s WHERE date = {n}", [word])

    @invariant()
    def nothing_stale_is_left(self):
        if not self.oracle.seen:
            return
        changed, needless = self.oracle.judge(verbose=False)
        self.tally["steps"] += 1
        self.tally["changed"] += len(changed)
        self.tally["needless"] += len(needless)
        self.tally["kept"] += len(self.oracle.seen) - len(changed) - len(needless)
        urls = {page.get_url() for page in Page.objects.filter(depth__gt=2)} - {None}
        paths = {url.removeprefix("http://localhost") for url in urls}
        stale = changed | needless | (paths - self.oracle.seen.keys())
        self.oracle.render(*sorted(stale))


def play(**kwargs):
    Editors.tally.update(dict.fromkeys(Editors.tally, 0))
    run_state_machine_as_test(
        Editors,
        settings=settings(
            deadline=None, database=None, suppress_health_check=list(HealthCheck), **kwargs
        ),
    )
    print(f"\nrandom edits: {Editors.tally}")
    assert Editors.tally["steps"]


@pytest.mark.usefixtures("built", "tracking", "db")
def test_random_edits_leave_nothing_stale():
    play(max_examples=2, stateful_step_count=10, derandomize=True)


@pytest.mark.slow
@pytest.mark.usefixtures("built", "tracking", "db")
def test_many_random_edits_leave_nothing_stale():
    play(max_examples=40, stateful_step_count=50, print_blob=True)

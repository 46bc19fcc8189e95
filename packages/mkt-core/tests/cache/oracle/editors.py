"""What editors may do, in any order: a hypothesis state machine; ``judge()`` is called after each step."""

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, PageViewRestriction, Site

from mkt_core.cache import purge

from ..site.building import picture
from ..site.models import Author, Branding, IndexPage, PostPage, Topic

WORDS = st.sampled_from(["ant", "bee", "cat", "dog"])
NUMBERS = st.integers(0, 9)


def pick(queryset, n):
    rows = list(queryset.order_by("pk"))
    return rows[n % len(rows)] if rows else None


class Editors(RuleBasedStateMachine):
    """Every rule leaves the tree as an editor could have made it."""

    def judge(self):
        raise NotImplementedError

    @invariant()
    def nothing_is_out_of_date(self):
        self.judge()

    def page(self, n):
        return pick(Page.objects.filter(depth__gt=2), n)

    def post(self, n):
        return pick(PostPage.objects.all(), n)

    def own_post(self, n):
        """One that is no alias of another."""
        return pick(PostPage.objects.filter(alias_of=None), n)

    @rule(n=NUMBERS, word=WORDS)
    def edit_post(self, n, word):
        if post := self.own_post(n):
            post.body = word
            post.save_revision().publish()

    @rule(n=NUMBERS, word=WORDS)
    def edit_draft(self, n, word):
        if post := self.own_post(n):
            post.title = word
            post.save_revision()

    @rule(n=NUMBERS)
    def publish_latest(self, n):
        page = self.page(n)
        if page and page.latest_revision and not page.alias_of_id:
            page.latest_revision.publish()

    @rule(n=NUMBERS)
    def publish_as_scheduled(self, n):
        from django.core.management import call_command
        from django.utils import timezone

        if post := self.own_post(n):
            post.body = "scheduled"
            post.save_revision(approved_go_live_at=timezone.now())
            call_command("publish_scheduled", verbosity=0)

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
            index.add_child(
                instance=PostPage(title=word, slug=word, date=n, locale_id=index.locale_id)
            )

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
    def translate(self, n):
        post, german = self.post(n), Locale.objects.get(language_code="de")
        if post and post.locale_id != german.pk and not post.has_translation(german):
            post.copy_for_translation(german, copy_parents=True).save_revision().publish()

    @rule(n=NUMBERS)
    def restrict(self, n):
        if page := self.page(n):
            PageViewRestriction.objects.create(page=page, restriction_type="login")

    @rule()
    def lift_restrictions(self):
        PageViewRestriction.objects.all().delete()

    @rule(n=NUMBERS, m=NUMBERS, word=WORDS)
    def change_site(self, n, m, word):
        site = pick(Site.objects.all(), m)
        if site is None:  # Its root page was deleted, or moved below such a one.
            return
        site.site_name = word
        if n > 7 and (index := pick(IndexPage.objects.filter(locale__language_code="en"), n)):
            site.root_page = Page.objects.get(pk=index.pk)
        site.save()

    @rule(n=NUMBERS)
    def delete_site(self, n):
        if n > 8 and Site.objects.count() > 1:
            Site.objects.order_by("pk").last().delete()

    @rule(n=NUMBERS, word=WORDS, is_bulk=st.booleans())
    def change_setting(self, n, word, is_bulk):
        if is_bulk:
            Branding.objects.update(tagline=word)
        elif site := pick(Site.objects.all(), n):
            branding = Branding.for_site(site)
            branding.tagline = word
            branding.save()

    @rule(n=NUMBERS, word=WORDS)
    def redirect(self, n, word):
        Redirect.objects.update_or_create(
            old_path=f"/en/news/{word}", site=None, defaults={"redirect_link": f"/en/{n}/"}
        )

    @rule()
    def delete_redirects(self):
        Redirect.objects.all().delete()

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
    def edit_author(self, word):
        Author.objects.update(name=word)

    @rule(word=WORDS)
    def new_topic(self, word):
        if not Topic.objects.filter(slug=word).exists():
            Topic.objects.bulk_create([Topic(name=word, slug=word)])

    @rule(n=NUMBERS)
    def delete_topic(self, n):
        if topic := pick(Topic.objects.all(), n):
            Topic.objects.filter(pk=topic.pk).delete()

    @rule(n=NUMBERS, m=NUMBERS)
    def assign_terms(self, n, m):
        if post := self.post(n):
            post.topics.set(list(Topic.objects.order_by("pk"))[: m % 4])
            post.topic, post.author = pick(Topic.objects.all(), m), pick(Author.objects.all(), m)
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

    @rule()
    def purge_by_hand(self):
        purge("weather")

"""Importing the same export, or a later one, into the same blog."""

from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from mkt_blog.importers import importer as importer_module
from mkt_blog.importers.wordpress.writer import Writer
from mkt_blog.models import Author, Category, ImportedPost
from mkt_blog.pages.models import BlogIndexPage, PostPage

from .exports import category, item, term

pytestmark = pytest.mark.django_db


def snapshot():
    """Everything that an import could change, with the times of change."""
    return [
        list(PostPage.objects.order_by("pk").values()),
        list(ImportedPost.objects.order_by("pk").values()),
        list(Category.objects.order_by("pk").values()),
        list(Author.objects.order_by("pk").values()),
        list(PostPage.objects.order_by("pk").values_list("latest_revision", "tags", "categories")),
    ]


def edit(post, **fields):
    for name, value in fields.items():
        setattr(post, name, value)
    post.save_revision().publish()
    post.refresh_from_db()


class TestSameExport:
    def test_changes_nothing(self, write_export, run):
        path = write_export(
            category("food"), item(terms=term("category", "food")), item(post_id="2", slug="b")
        )
        run(path)
        before = snapshot()

        output = run(path)

        assert snapshot() == before
        assert "imported: 0\n  changed: 0\n  unchanged: 2" in output

    def test_leaves_an_edited_post_alone(self, write_export, run):
        path = write_export(item())
        run(path)
        edit(PostPage.objects.get(), title="Better")

        output = run(path, overwrite=True)

        assert PostPage.objects.get().title == "Better"
        assert "unchanged: 1" in output

    def test_into_another_blog_imports_again(self, write_export, run, home):
        home.add_child(instance=BlogIndexPage(title="Other", slug="other"))
        path = write_export(item())
        run(path)

        output = run(path, blog="other")

        assert "imported: 1" in output
        assert PostPage.objects.count() == 2


class TestChangedPost:
    def test_is_updated_in_place(self, write_export, run):
        run(write_export(item("Old", "Old text.", terms=term("post_tag", "a"))))
        old = PostPage.objects.get()

        output = run(
            write_export(
                item(
                    "New", "New text.", slug="new-slug", terms=term("post_tag", "b"), creator="bob"
                )
            )
        )

        post = PostPage.objects.get()
        assert post.pk == old.pk
        assert (post.title, post.slug, post.url) == ("New", old.slug, old.url)
        assert [t.name for t in post.tag_list] == ["B"]
        assert [a.name for a in post.authors] == ["bob"]
        assert "New text." in str(post.body)
        assert post.latest_revision_id != old.latest_revision_id
        assert post.live_revision_id == post.latest_revision_id
        assert not post.has_unpublished_changes
        assert "changed: 1" in output

    def test_is_unchanged_the_third_time(self, write_export, run):
        run(write_export(item("Old")))
        run(write_export(item("New")))

        assert "unchanged: 1" in run(write_export(item("New")))

    def test_is_found_under_its_new_words(self, write_export, run):
        run(write_export(item(content="Oldword.")))

        run(write_export(item(content="Newword.")))

        assert PostPage.objects.search("newword").count() == 1
        assert PostPage.objects.search("oldword").count() == 0

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda post: edit(post, title="Mine"), "edited on this site"),
            (lambda post: post.unpublish(), "unpublished on this site"),
            (lambda post: post.delete(), "deleted on this site"),
        ],
    )
    def test_does_not_undo_what_an_editor_did(self, write_export, run, change, reason):
        run(write_export(item("Old")))
        change(PostPage.objects.get())
        before = snapshot()

        output = run(write_export(item("New")))

        assert snapshot() == before
        assert reason in output
        assert "skipped: 1" in output

    def test_overwrites_an_edited_post_if_asked_to(self, write_export, run):
        run(write_export(item("Old")))
        edit(PostPage.objects.get(), title="Mine")

        run(write_export(item("New")), overwrite=True)

        assert PostPage.objects.get().title == "New"

    def test_brings_a_deleted_post_back_if_asked_to(self, write_export, run):
        path = write_export(item())
        run(path)
        PostPage.objects.get().delete()

        output = run(path, overwrite=True)

        assert PostPage.objects.count() == 1
        assert "imported: 1" in output
        assert "unchanged: 1" in run(path)

    def test_draft_is_published_when_the_source_is(self, write_export, run):
        run(write_export(item(status="draft")))

        run(write_export(item(status="publish")))

        assert PostPage.objects.get().live

    def test_post_is_unpublished_when_the_source_is(self, write_export, run, blog):
        run(write_export(item(status="publish")))

        run(write_export(item("Withdrawn", status="draft")))

        post = PostPage.objects.get()
        assert not post.live
        assert post.title == post.latest_revision.as_object().title == "Withdrawn"

    def test_scheduled_post_that_wagtail_has_published_is_not_an_edited_one(
        self, write_export, run
    ):
        soon = timezone.now() + timedelta(hours=1)
        run(write_export(item(status="future", date_gmt=f"{soon:%Y-%m-%d %H:%M:%S}")))
        PostPage.objects.update(go_live_at=timezone.now() - timedelta(hours=1))
        PostPage.objects.get().latest_revision.publish()

        output = run(write_export(item("Published", status="publish")))

        assert "changed: 1" in output
        assert PostPage.objects.get().live

    def test_password_is_never_taken_away(self, write_export, run):
        run(write_export(item(post_password="enter")))

        run(write_export(item("Open")))

        assert PostPage.objects.get().view_restrictions.count() == 1

    def test_password_that_is_new_is_set(self, write_export, run):
        run(write_export(item()))

        run(write_export(item(post_password="enter")))

        assert PostPage.objects.get().view_restrictions.get().password == "enter"


class TestIdentity:
    def test_posts_that_share_a_guid_are_two_posts(self, write_export, run):
        # As in the theme unit test: "?p=568" stands for two posts.
        parts = [item("One", post_id="568", guid="g"), item("Two", post_id="1158", guid="g")]
        run(write_export(*parts))

        output = run(write_export(*reversed(parts)))

        assert sorted(PostPage.objects.values_list("title", flat=True)) == ["One", "Two"]
        assert "unchanged: 2" in output

    def test_the_same_post_twice_is_imported_once(self, write_export, run):
        output = run(write_export(item(), item("Again")))

        assert PostPage.objects.get().title == "A post"
        assert "it is in the export twice" in output

    @pytest.mark.parametrize("post_id", ["7", ""])
    def test_missing_guid_is_replaced(self, write_export, run, post_id):
        path = write_export(item(guid="", post_id=post_id))
        run(path)

        assert "unchanged: 1" in run(path)

    def test_overlong_ids_keep_posts_apart(self, write_export, run):
        ids = ("7" * 5000, "8" * 5000, "9")
        path = write_export(*(item(f"Post {one[0]}", post_id=one, guid="g") for one in ids))

        assert "imported: 3" in run(path)
        assert "unchanged: 3" in run(path)

    def test_overlong_guid_is_shortened(self, write_export, run):
        path = write_export(item(guid="https://old.example/" + "x" * 600))
        run(path)

        assert len(ImportedPost.objects.get().guid) <= 500
        assert "unchanged: 1" in run(path)


class TestDryRun:
    def test_writes_nothing_and_reports_the_same(self, write_export, run):
        path = write_export(
            category("food"),
            item(
                "One", "<img src='/a.jpg'>", terms=term("category", "food") + term("post_tag", "t")
            ),
            item("", "Two.", post_id="2", slug="two", status="future", post_password="x"),
            item("Three", post_id="3", status="trash"),
        )
        before = snapshot()

        dry = run(path, dry_run=True)

        assert snapshot() == before
        first, *others = dry.splitlines()
        assert first.startswith("Dry run: nothing was written.")
        assert others == run(path).splitlines()

    def test_of_changes(self, write_export, run):
        run(write_export(item("Old"), item(post_id="2", slug="b")))
        before = snapshot()

        output = run(write_export(item("New"), item(post_id="2", slug="b")), dry_run=True)

        assert snapshot() == before
        assert "changed: 1\n  unchanged: 1" in output


class TestInterruption:
    @pytest.fixture
    def items(self):
        return [
            item(f"P{n}", post_id=str(n), slug=f"p{n}", terms=term("category", f"c{n}"))
            for n in range(1, 8)
        ]

    @pytest.fixture(autouse=True)
    def small_batches(self, monkeypatch):
        monkeypatch.setattr(importer_module, "BATCH_POSTS", 3)

    def test_one_bad_post_costs_only_itself(self, write_export, run, monkeypatch, items):
        create = Writer.create

        def fail_once(self, post, *args):
            page = create(self, post, *args)
            if post.title == "P2":
                raise ValueError("broken in the middle")
            return page

        monkeypatch.setattr(Writer, "create", fail_once)
        path = write_export(*items)

        with pytest.raises(Exception, match="Some posts could not be imported"):
            run(path)

        titles = PostPage.objects.values_list("title", flat=True)
        assert sorted(titles) == ["P1", "P3", "P4", "P5", "P6", "P7"]
        assert not Category.objects.filter(slug="c2").exists()
        assert not ImportedPost.objects.filter(guid__endswith="p=2").exists()

        monkeypatch.setattr(Writer, "create", create)
        assert "imported: 1\n  changed: 0\n  unchanged: 6" in run(path)
        assert Category.objects.filter(slug="c2").exists()

    def test_failure_is_named(self, write_export, run, monkeypatch, items):
        def fail(self, *args):
            raise ValueError("broken\nbadly")

        monkeypatch.setattr(Writer, "create", fail)
        out = StringIO()

        with pytest.raises(Exception, match="Some posts"):
            run(write_export(items[0]), stdout=out)

        assert "failed: 1" in out.getvalue()
        assert "“P1” (line 13): broken badly" in out.getvalue()

    def test_next_run_completes_what_a_kill_left(self, write_export, run, monkeypatch, items):
        create = Writer.create

        def killed(self, post, *args):
            if post.title == "P5":
                raise SystemExit(137)
            return create(self, post, *args)

        monkeypatch.setattr(Writer, "create", killed)
        path = write_export(*items)
        with pytest.raises(SystemExit):
            run(path)
        assert PostPage.objects.count() == 3
        monkeypatch.setattr(Writer, "create", create)

        output = run(path)

        assert "imported: 4\n  changed: 0\n  unchanged: 3" in output
        assert PostPage.objects.search("text").count() == 7

    def test_interruption_by_hand_says_how_to_go_on(self, write_export, run, monkeypatch, items):
        create = Writer.create

        def interrupted(self, post, *args):
            if post.title == "P5":
                raise KeyboardInterrupt
            return create(self, post, *args)

        monkeypatch.setattr(Writer, "create", interrupted)

        with pytest.raises(Exception, match="interrupted; the last post before that is “P3”"):
            run(write_export(*items))

        assert PostPage.objects.count() == 3

    def test_search_indexing_is_back_afterwards(self, write_export, run, make_post, items):
        run(write_export(*items))

        make_post("By hand", excerpt="handmade")

        assert PostPage.objects.search("handmade").count() == 1

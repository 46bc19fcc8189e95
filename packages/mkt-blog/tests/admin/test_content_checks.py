"""What an editor may have overlooked."""

import pytest
from django.urls import reverse
from django.utils.html import escape
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import rich_text

from mkt_blog.admin.content_checks import check_post
from mkt_blog.pages.models import PostPage
from tests.testapp.models import Story, StoryIndex

from .forms import post_form

pytestmark = pytest.mark.django_db

REPORT = "/admin/reports/posts-to-look-at/"


@pytest.fixture
def picture():
    return get_image_model().objects.create(title="Bread", file=get_test_image_file())


def codes(post):
    return [finding.code for finding in check_post(post)]


def heading(text, level):
    return {"type": "heading", "value": {"text": text, "level": level}}


def paragraph(html):
    return {"type": "paragraph", "value": html}


def body_of(*blocks):
    return PostPage._meta.get_field("body").to_python(list(blocks))


def test_a_good_post_has_no_findings(picture, make_post, django_assert_num_queries):
    other = make_post()
    post = PostPage(
        excerpt="On bread.",
        hero_image=picture,
        hero_alt="A loaf",
        body=body_of(
            heading("Flour", "h2"),
            heading("Wheat", "h3"),
            heading("Water", "h2"),
            paragraph(f'<p><a linktype="page" id="{other.pk}">an older post</a></p>'),
            {
                "type": "image",
                "value": {
                    "image": {"image": picture.pk, "alt_text": "Dough", "decorative": False},
                    "caption": "",
                },
            },
        ),
    )
    with django_assert_num_queries(1):
        assert check_post(post) == []
    assert codes(PostPage(search_description="On bread.")) == []


def test_pictures_without_a_description(picture):
    def block(**value):
        image = {"image": picture.pk, "alt_text": "", "decorative": False, **value}
        return {"image": image, "caption": ""}

    gallery = [
        {"type": "item", "value": block()},
        {"type": "item", "value": block(decorative=True)},
    ]
    post = PostPage(
        excerpt="x",
        hero_image=picture,
        body=body_of(
            {"type": "image", "value": block(alt_text="Dough")},
            {"type": "gallery", "value": gallery},
        ),
    )
    main, second = [finding.message for finding in check_post(post)]
    assert "main picture" in main
    assert "Picture no. 2" in second


def test_headings_that_skip_a_level_or_have_no_words():
    post = PostPage(
        excerpt="x",
        body=body_of(heading("Deep", "h4"), paragraph("<h2>Fine</h2>"), heading(" ", "h3")),
    )
    first, second = [finding.message for finding in check_post(post)]
    assert "“Deep” is a heading 4" in first
    assert "no words" in second


def test_links_that_lead_nowhere(make_post, django_assert_num_queries):
    draft = make_post(live=False)
    document = get_document_model().objects.create(title="Gone")
    gone = document.pk
    document.delete()
    post = PostPage(
        excerpt="x",
        body=body_of(
            paragraph(
                f'<p><a id="{draft.pk}" linktype="page">a <b>draft</b></a>'
                '<a linktype="page" id="987654">no page</a>'
                f'<a linktype="document" id="{gone}">no file</a>'
                '<a href="https://example.com/">elsewhere</a></p>'
            )
        ),
    )
    with django_assert_num_queries(2):
        messages = [finding.message for finding in check_post(post)]
    assert messages == [
        "The link “a draft” leads to a page that is not published.",
        "The link “no page” leads to a page that is gone.",
        "The link “no file” leads to a document that is gone.",
    ]


def test_editor_is_told_after_saving_and_on_the_form_and_can_publish(admin_client, blog):
    hostile = '<p><a linktype="page" id="987654">&lt;script&gt;x&lt;/script&gt;</a></p>'
    add = reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])
    assert b"mkt-findings" not in admin_client.get(add).content
    data = post_form(body=[("paragraph", rich_text(hostile))], **{"action-publish": "yes"})
    response = admin_client.post(add, data, follow=True)

    html = response.content.decode()
    assert "2 things to look at" in html
    assert "There is no excerpt" in html
    assert "<script>x" not in html
    post = PostPage.objects.get(slug="bread")
    assert post.live
    edit = reverse("wagtailadmin_pages:edit", args=[post.pk])
    form = admin_client.get(edit).content.decode()
    assert "There is no excerpt" in form
    assert escape("leads to a page that is gone") in form

    # Nothing is said when Wagtail keeps work by itself, or when all is well.
    admin_client.post(edit, data, headers={"accept": "application/json"})
    admin_client.post(edit, post_form(excerpt="On bread."))
    assert b"to look at:" not in admin_client.get(reverse("wagtailadmin_home")).content
    assert b"mkt-findings" not in admin_client.get(edit).content


class TestReport:
    @pytest.fixture
    def posts(self, home, make_post, ann):
        stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
        link = paragraph('<p><a linktype="page" id="987654">x</a></p>')
        make_post("Good", excerpt="x")
        make_post("No excerpt", authors=[ann])
        make_post("Broken", model=Story, below=stories, excerpt="x", body=body_of(link))
        make_post("Draft", live=False)

    def test_posts_with_findings(self, admin_client, posts):
        response = admin_client.get(REPORT)
        assert {page.title for page in response.context["object_list"]} == {"No excerpt", "Broken"}
        assert "leads to a page that is gone" in response.content.decode()
        broken = admin_client.get(f"{REPORT}results/", {"finding": "broken-link"})
        assert [page.title for page in broken.context["object_list"]] == ["Broken"]
        exported = admin_client.get(REPORT, {"export": "csv"})
        lines = b"".join(exported.streaming_content).decode().splitlines()
        assert lines[0] == "Title,To look at,Authors,Blog,Address"
        assert len(lines) == 3

    def test_number_of_queries_does_not_grow(
        self, admin_client, posts, make_post, django_assert_num_queries
    ):
        admin_client.get(REPORT)
        with django_assert_num_queries(40, exact=False) as few:
            admin_client.get(REPORT)
        for _ in range(10):
            make_post()
        with django_assert_num_queries(len(few)):
            admin_client.get(REPORT)

    def test_strangers_are_asked_to_log_in(self, client):
        assert client.get(REPORT).status_code == 302

"""What a search shows of a post: the place where the words stand."""

import pytest

from mkt_blog.passages import highlighted

pytestmark = pytest.mark.django_db

LONG = "<p>Nothing about it here. </p>" * 40
HOSTILE = "<script>alert(1)</script>"


def prose(html):
    return ("paragraph", html)


def summaries(client, query):
    page = client.get("/blog/search/", {"q": query}).content.decode()
    cards = page.split('<p class="mkt-card__summary">')[1:]
    return [card.split("</p>")[0] for card in cards]


def test_words_deep_in_the_text_are_shown_with_what_stands_around_them(client, make_post):
    make_post(
        "Bread", excerpt="About loaves.", body=[prose(f"{LONG}<p>Knead the sourdough well.</p>")]
    )

    (found,) = summaries(client, "sourdough")

    assert "Knead the <mark>sourdough</mark> well." in found
    assert found.startswith("… ")
    assert "About loaves" not in found


def test_a_summary_that_has_the_words_is_shown(client, make_post):
    make_post("Bread", excerpt="Sourdough, at last.", body=[prose(f"{LONG}<p>More sourdough.</p>")])

    assert summaries(client, "sourdough") == ["<mark>Sourdough</mark>, at last."]


def test_the_place_with_the_most_words_wins(client, make_post):
    body = [prose(f"<p>A starter.</p>{LONG}<p>Feed the starter with rye.</p>{LONG}")]
    make_post("Bread", excerpt="No word.", body=body)

    (found,) = summaries(client, "starter rye")

    assert "Feed the <mark>starter</mark> with <mark>rye</mark>." in found


def test_headings_captions_tables_and_code_are_found_without_loading_a_picture(client, make_post):
    make_post("A", excerpt="No word.", body=[("heading", {"text": "Quincunx", "level": "h2"})])
    make_post("B", excerpt="No word.", body=[("code", {"language": "", "code": "quincunx = 1"})])
    make_post("C", excerpt="No word.", body=[("quote", {"text": "A quincunx!", "attribution": ""})])

    assert all("uincunx</mark>" in found for found in summaries(client, "quincunx"))


def test_only_words_of_the_title_leave_the_summary_as_it_is(client, make_post):
    make_post("Bread", excerpt="About loaves.", body=[prose("<p>Flour.</p>")])

    assert summaries(client, "bread") == ["About loaves."]


@pytest.mark.parametrize(
    "text",
    [
        "<p>needle &lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;</p>",
        f"<p>needle {HOSTILE}</p>",
        "<p>needle <img src=x onerror=alert(1)></p>",
        "<p>needle <<b>script>alert(1)</p>",
        "<p>needle <!-- --><svg/onload=alert(1)></p>",
        "<p>needle &amp;#60;script&amp;#62;alert(1)",
    ],
)
@pytest.mark.parametrize("kind", ["paragraph", "html"])
def test_hostile_text_is_shown_as_text(client, make_post, kind, text):
    make_post("Post", excerpt="No word.", body=[(kind, text)])

    (found,) = summaries(client, "needle")

    assert "<mark>needle</mark>" in found
    without_marks = found.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in without_marks
    assert ">" not in without_marks


@pytest.mark.parametrize("query", ["<b>", '"><script>', "&lt", "mark", "(", "\\", "a" * 300, "½"])
def test_hostile_queries_change_no_markup(client, make_post, query):
    make_post("Post", excerpt="<b> mark &lt;script&gt; (", body=[prose("<p>mark ½</p>")])
    page = client.get("/blog/search/", {"q": query})

    assert page.status_code == 200
    for found in summaries(client, query):
        assert "<" not in found.replace("<mark>", "").replace("</mark>", "")


def test_a_page_of_results_takes_as_many_queries_as_before(
    client, make_post, django_assert_max_num_queries
):
    for number in range(12):
        make_post(excerpt="No word.", body=[prose(f"<p>needle {number}</p>")])
    client.get("/blog/search/?q=needle")

    with django_assert_max_num_queries(20):
        assert len(summaries(client, "needle")) == 12


def test_junk_in_a_stored_body_is_passed_over(client, make_post):
    post = make_post("Post", excerpt="No word.", body=[prose("<p>needle</p>")])
    type(post).objects.filter(pk=post.pk).update(
        body='[{"type": "gone", "value": "needle"}, {"type": "heading", "value": "needle"},'
        ' {"type": "gallery", "value": [1, null]}, {"type": "paragraph", "value": null},'
        ' {"type": "paragraph", "value": "<p>A needle</p>"}]'
    )

    assert summaries(client, "needle") == ["A <mark>needle</mark>"]


def test_a_long_text_of_one_common_word_is_quick():
    text = "the " * 200_000

    assert highlighted(text, ["the"]).count("<mark>") < 80

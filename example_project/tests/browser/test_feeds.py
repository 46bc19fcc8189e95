"""A feed in a browser that shows XML: Chromium does, once the media type is no longer that of a feed."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("kind", "title", "hidden"),
    [
        ("rss", "item > title", "item > encoded, item > guid, item > creator"),
        ("atom", "entry > title", "entry > content, entry > id, entry > author"),
    ],
)
def test_a_feed_is_shown_by_its_stylesheet(visitor, kind, title, hidden):
    def as_xml(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-type": "text/xml"})

    visitor.route(f"**/feed/{kind}/", as_xml)
    visitor.goto(f"/blog/feed/{kind}/")

    assert visitor.locator(title).first.is_visible()
    size = "(one) => getComputedStyle(one).fontSize"
    assert visitor.locator(title).first.evaluate(size) == "20px"
    assert not any(element.is_visible() for element in visitor.locator(hidden).all())
    assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")

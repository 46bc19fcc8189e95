"""``mkt_blog_feed_item`` of a site."""

import pytest
from wagtail import hooks

from .rules import checked, titles

pytestmark = pytest.mark.django_db
HOOK = "mkt_blog_feed_item"


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
def test_may_change_an_item_or_leave_it_out(client, blog, make_post, kind):
    make_post("Bread", excerpt="Mine")
    make_post("Secret")
    seen = []

    def change(item, post, of_blog, request):
        seen.append((of_blog, request.path))
        item.title = f"{item.title} by {post.blog.title}"
        return item

    def leave_out(item, post, of_blog, request):
        return None if post.title == "Secret" else item

    with hooks.register_temporarily([(HOOK, leave_out), (HOOK, change)]):
        response = client.get(f"/blog/feed/{kind}/")

    assert titles(response) == ["Bread by Field notes"]
    assert seen == [(blog, f"/blog/feed/{kind}/")]


def test_at_fault_is_not_passed_over(client, make_post):
    make_post()

    def fail(item, post, blog, request):
        raise RuntimeError("hook at fault")

    with (
        hooks.register_temporarily(HOOK, fail),
        pytest.raises(RuntimeError, match="hook at fault"),
    ):
        client.get("/blog/feed/rss/")


def test_that_forgets_to_return_leaves_everything_out(client, make_post):
    make_post()

    with hooks.register_temporarily(HOOK, lambda *args: None):
        assert checked(client.get("/blog/feed/rss/")).findall("item") == []

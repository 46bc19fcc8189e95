import pytest

from mkt_blog.slugs import free_slug
from mkt_blog.text import count_words


@pytest.mark.parametrize(
    ("text", "taken", "slug"),
    [
        ("Hello World", set(), "hello-world"),
        ("Hello World", {"hello-world"}, "hello-world-2"),
        ("Hello World", {"hello-world", "hello-world-2"}, "hello-world-3"),
        ("¿?", set(), "post"),
        ("日本語", set(), "日本語"),
    ],
)
def test_free_slug(text, taken, slug):
    assert free_slug(text, taken.__contains__, fallback="post") == slug


def test_suffix_stays_within_the_length():
    assert (
        free_slug("a" * 50, {"a" * 10}.__contains__, fallback="post", max_length=10)
        == "a" * 8 + "-2"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one", 1),
        ("it's two", 2),
        ("well-known fact", 2),
        ("日本語です", 3),
        ("a, b — c.", 3),
    ],
)
def test_count_words(text, words):
    assert count_words(text) == words

"""System checks of the settings for search engines."""

import pytest
from django.core.checks import run_checks

MINE = {f"mkt_core.{kind}08{number}" for kind in "EW" for number in range(10)}


@pytest.fixture
def found(settings, db):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    def run(value, **kwargs):
        settings.MKT_CORE = value
        # Others have something to say about a deployment, too.
        return [
            message
            for message in run_checks(**kwargs)
            if message.id in MINE or message.id.startswith("mkt_core.E00")
        ]

    return run


def test_defaults_are_fine(found):
    assert found({}) == []


def test_good_values_are_fine(found):
    value = {
        "SEO": {
            "TITLE": "{title}",
            "SEARCH": "/?q={query}",
            "TWITTER": "@x",
            "PROFILES": ["https://x.example"],
            "LOGO": "/media/logo.png",
            "IMAGE": "https://cdn.example/x.png",
            "DISALLOW": ["/x", "*.pdf"],
            "DISALLOW_CRAWLERS": ["ai-training", "ai-search", "Bot"],
        },
        "SEO_SITES": {"example.com": {"NAME": "Example"}},
        "SEO_VALUES": "tests.seo.test_head.values_of_editors",
    }

    assert found(value) == []


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        ({"SEO": {"TITEL": "x"}}, "E080", "MKT_CORE['SEO'] has the unknown key 'TITEL'"),
        ({"SEO": {"NOINDEX": "yes"}}, "E080", "must be bool, not str"),
        ({"SEO_SITES": {"a.example": {"X": 1}}}, "E080", "['a.example'] has the unknown key"),
        ({"SEO_VALUES": "nowhere.at_all"}, "E081", "cannot be imported"),
        ({"SEO_VALUES": "mkt_core.seo.head.MAX_DESCRIPTION"}, "E081", "is no function"),
        ({"SEO_IMAGE_FILTER": "huge"}, "E082", "'huge', which no image can be made of"),
        ({"SEO_IMAGE_FILTER": "fill-axb"}, "E082", "no image can be made of"),
        ({"SEO_SITEMAP_PAGES": 0}, "E083", "['SEO_SITEMAP_PAGES'] is 0"),
        ({"SEO_SITEMAP_PAGES": 50_001}, "E083", "['SEO_SITEMAP_PAGES'] is 50001"),
        ({"SEO_MAX_AGE_SECONDS": -1}, "E083", "['SEO_MAX_AGE_SECONDS'] is -1"),
        ({"SEO": {"TITLE": "{name}"}}, "E084", "['TITLE'] has no {title} in it"),
        ({"SEO": {"SEARCH": "search"}}, "E084", "['SEARCH'] is no path"),
        ({"SEO": {"TWITTER": "x"}}, "E084", "['TWITTER'] does not begin with @"),
        ({"SEO": {"PROFILES": ["x.example"]}}, "E084", "['PROFILES'] has an entry"),
        ({"SEO": {"DISALLOW": ["x"]}}, "E084", "['DISALLOW'] has an entry"),
        ({"SEO": {"DISALLOW_CRAWLERS": ["ai-all"]}}, "E084", "unknown group 'ai-all'"),
        ({"SEO": {"LOGO": "no/such.svg"}}, "W085", "there is no such static file"),
    ],
)
def test_a_bad_value_gives_one_message(found, value, number, text):
    (message,) = found(value)

    assert message.id == f"mkt_core.{number}"
    assert text in message.msg
    assert message.hint


def test_a_closed_site_is_told_when_it_is_deployed(found):
    value = {"SEO_SITES": {"staging.example": {"NOINDEX": True}}}

    (message,) = found(value, include_deployment_checks=True)

    assert message.id == "mkt_core.W086"
    assert "staging.example" in message.msg
    assert found(value) == []


@pytest.mark.parametrize("value", [5, {"SEO": 5}, {"SEO_SITES": {"x": 5}}, {"NO": 1}])
def test_what_cannot_be_read_is_told_once(found, value):
    assert [message.id in ("mkt_core.E001", "mkt_core.E002") for message in found(value)] == [True]

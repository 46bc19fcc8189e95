"""System checks."""

from typing import Any

import swapper
from django.core.checks import CheckMessage, Error

from mkt_core.checks import missing_tables

HINT = (
    "Take 'mkt_blog.pages' out of INSTALLED_APPS and write two classes in an app of your own: "
    "class Story(PostMixin, BasePage) and class StoryIndex(BlogIndexMixin, BasePage) "
    "with post_model = '<your app>.Story'."
)


def check_page_model(**kwargs: Any) -> list[CheckMessage]:
    """E001: the site has its own base page, which ready page types cannot inherit from."""
    if not swapper.is_swapped("wagtailcore", "Page"):
        return []
    return [
        Error(
            "mkt_blog.pages cannot be used, because WAGTAIL_PAGE_MODEL replaces Wagtail's page.",
            hint=HINT,
            id="mkt_blog_pages.E001",
        )
    ]


def check_tables(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W003: the app is installed and its migrations have not been run."""
    return missing_tables("mkt_blog_pages", databases)

"""What posts and terms show to APIs that read ``api_fields``: Wagtail's own (v2, v3) and mkt-api's ``pages/``.

``APIField`` is a plain class of Wagtail; none of the APIs has to be installed.
"""

from typing import Any

from django.db import models
from wagtail.api import APIField


def named(*names: str) -> list[APIField]:
    return [APIField(name) for name in names]


POST_API_FIELDS = named(
    *("date", "updated_at", "subtitle", "summary", "reading_minutes", "word_count", "featured"),
    *("hero_image", "hero_alt", "hero_caption", "headings", "body"),
    *("author_links", "categories", "primary_category", "tags", "series", "series_position"),
)
BLOG_API_FIELDS = named("intro", "default_image")
AUTHOR_LINK_API_FIELDS = named("author")
AUTHOR_API_FIELDS = named("name", "slug", "role", "bio", "photo", "url")
CATEGORY_API_FIELDS = named("name", "slug", "path", "description", "image")
SERIES_API_FIELDS = named("title", "slug", "description", "image")


def gather_api_fields(page_class: type[models.Model]) -> None:
    """Put together what the base page of a site shows and what the mixin shows, unless the class says it itself."""
    if "api_fields" in vars(page_class):
        return
    gathered: dict[str, Any] = {}
    for ancestor in reversed(page_class.__mro__):
        for entry in vars(ancestor).get("api_fields", ()):
            gathered[entry if isinstance(entry, str) else entry.name] = entry
    page_class.api_fields = list(gathered.values())  # type: ignore[attr-defined]

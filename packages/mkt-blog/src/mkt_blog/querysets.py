"""Sets of posts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.utils import timezone
from wagtail.query import PageQuerySet

if TYPE_CHECKING:
    from .models import AuthorBase, CategoryBase, SeriesBase


class PostQuerySet(PageQuerySet):
    """Posts of one class; every method can be chained."""

    def published(self, *, at: datetime | None = None) -> Self:
        """Live, public posts dated ``at`` or earlier (default: now).

        Public means that no view restriction covers the post: one query for the restrictions
        is issued when the queryset is built.
        """
        return self.live().public().filter(date__lte=at or timezone.now())

    def in_blog(self, blog: Any) -> Self:
        """Posts right below a blog page."""
        return self.child_of(blog)

    def in_category(self, category: "CategoryBase") -> Self:
        """Posts in the category or in any category below it, each post once."""
        return self._with(categories__in=category.get_descendants(include_self=True))

    def by_author(self, author: "AuthorBase") -> Self:
        return self._with(author_links__author=author)

    def tagged(self, slug: str) -> Self:
        return self._with(tags__slug=slug)

    def in_series(self, series: "SeriesBase") -> Self:
        """Posts of a series in reading order."""
        return self.filter(series=series).order_by("series_position", "date", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-date", "-pk")

    def pinned_first(self) -> Self:
        return self.order_by("-pinned", "-date", "-pk")

    def for_listing(self) -> Self:
        """Newest first, with what a card shows, in six queries however many posts there are.

        Posts with hero image; authors with photos; categories; tags; renditions of the hero
        images. The body is left in the database.
        """
        listing = self.newest_first().select_related("hero_image", "series").defer("body")
        if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            # Wagtail looks at the language of each page to build its address.
            listing = listing.select_related("locale")
        return listing.prefetch_related(
            "author_links__author", "categories", "tags", "hero_image__renditions"
        )

    def _with(self, **conditions: Any) -> Self:
        # By primary key, because a join would give a post once for each match.
        matches = self.model._base_manager.filter(**conditions).values("pk")
        return self.filter(pk__in=matches)

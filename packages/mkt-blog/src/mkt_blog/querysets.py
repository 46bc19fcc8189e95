"""Sets of posts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.conf import settings
from django.db.models import Exists, F, Prefetch
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.query import PageQuerySet

if TYPE_CHECKING:
    from .models import AuthorBase, CategoryBase, SeriesBase


class Spot(NamedTuple):
    """What querysets want to know of the page above: enough to tell its descendants."""

    pk: int
    path: str
    depth: int
    steplen: int

    @classmethod
    def of(cls, page: Any) -> "Spot":
        return cls(page.pk, page.path, page.depth, page.steplen)


class PostQuerySet(PageQuerySet):
    """Posts of one class; every method can be chained."""

    def published(self, *, at: datetime | None = None) -> Self:
        """Live, public posts dated ``at`` or earlier (default: now).

        Public means that no view restriction covers the post: one query for the restrictions
        is issued when the queryset is built.
        """
        return self.live().public().filter(date__lte=at or timezone.now())

    def published_in(self, blog: Any, *, at: datetime | None = None) -> Self:
        """The same as ``published().in_blog(blog)`` without a query for the view restrictions.

        They are part of the statement itself, so a search backend cannot take this for a filter.
        """
        restrictions = PageViewRestriction.objects.order_by()
        on_blog = restrictions.filter(page__path__in=paths_down_to(blog))
        due = self.live().in_blog(blog).filter(date__lte=at or timezone.now())
        restricted = restrictions.values("page")
        return (
            due.filter(~Exists(on_blog)).exclude(pk__in=restricted).exclude(alias_of__in=restricted)
        )

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
        return self.filter(series=series).order_by(
            F("series_position").asc(nulls_last=True), "date", "pk"
        )

    def newest_first(self) -> Self:
        return self.order_by("-date", "-pk")

    def pinned_first(self) -> Self:
        return self.order_by("-pinned", "-date", "-pk")

    def with_pictures(self) -> Self:
        """With all of a card that stands in the post's own row or is one row: one query."""
        return self.with_joined().defer("body")

    def with_joined(self) -> Self:
        """With what is one row for each post: picture, series, main category."""
        rows = self.select_related("hero_image", "series", "primary_category")
        # Wagtail looks at the language of each page to build its address.
        return rows.select_related("locale") if has_languages() else rows

    def for_listing(self) -> Self:
        """Newest first, with what a card shows, in five queries however many posts there are.

        Posts with hero image, series and main category; authors with photos; categories; tags;
        renditions of the hero images. The body is left in the database.
        """
        return (
            self.newest_first()
            .with_pictures()
            .prefetch_related(
                author_links(self.model), "categories", "tags", "hero_image__renditions"
            )
        )

    def _with(self, **conditions: Any) -> Self:
        # By primary key, because a join would give a post once for each match.
        matches = self.model._base_manager.filter(**conditions).values("pk")
        return self.filter(pk__in=matches)


def author_links(post_model: Any) -> "Prefetch[Any]":
    """The authors of posts, each with the photo, in one query."""
    link_model = post_model._meta.get_field("author_links").related_model
    return Prefetch("author_links", queryset=link_model.objects.select_related("author__photo"))


def has_languages() -> bool:
    return bool(getattr(settings, "WAGTAIL_I18N_ENABLED", False))


def paths_down_to(page: Any) -> list[str]:
    """Tree paths of a page and of all above it."""
    step = page.steplen
    return [page.path[:end] for end in range(step, len(page.path) + 1, step)]

"""A listing of posts in the menu "Blog" for every post class of the site, wherever its blogs stand."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from .relations import concrete_post_models


class PostFilterSet(PageFilterSet):
    """Filters by what a post points to. All by text: a list of ten thousand categories is no help."""

    category = django_filters.CharFilter(label=_("Category"), method="filter_category")
    author = django_filters.CharFilter(label=_("Author"), method="filter_author")
    series = django_filters.CharFilter(label=_("Series"), method="filter_series")
    tag = django_filters.CharFilter(label=_("Tag"), method="filter_tag")
    live = django_filters.BooleanFilter(label=_("Published"))
    featured = django_filters.BooleanFilter(label=_("Featured"), field_name="featured")
    pinned = django_filters.BooleanFilter(label=_("Pinned"), field_name="pinned")

    def filter_category(self, posts: Any, name: str, value: str) -> QuerySet[Any]:
        """By name or address; "food" finds what stands below it, too."""
        return _matching(
            posts, Q(categories__name__icontains=value) | Q(categories__path__icontains=value)
        )

    def filter_author(self, posts: Any, name: str, value: str) -> QuerySet[Any]:
        return _matching(posts, Q(author_links__author__name__icontains=value))

    def filter_series(self, posts: Any, name: str, value: str) -> QuerySet[Any]:
        return _matching(posts, Q(series__title__icontains=value))

    def filter_tag(self, posts: Any, name: str, value: str) -> QuerySet[Any]:
        return _matching(posts, Q(tags__name__iexact=value))


def _matching(posts: Any, condition: Q) -> QuerySet[Any]:
    # By primary key, because a join would give a post once for each match.
    keys = posts.model._base_manager.filter(condition).order_by().values("pk")
    found: QuerySet[Any] = posts.filter(pk__in=keys)
    return found


class PostIndexView(IndexView):
    """Wagtail's listing of pages, with authors and dates."""

    base_columns = [
        *IndexView.base_columns[:2],
        Column(
            "authors",
            label=_("Authors"),
            accessor=lambda post: ", ".join(map(str, post.authors)),
        ),
        DateColumn("date", label=_("Publication"), sort_key="date", width="12%"),
        *IndexView.base_columns[2:],
    ]

    def annotate_queryset(self, pages: Any) -> QuerySet[Any]:
        annotated: QuerySet[Any] = super().annotate_queryset(pages)
        return annotated.prefetch_related("author_links__author")


def post_listings() -> list[PageListingViewSet]:
    """One for each post class with a table of its own."""
    return [_listing(model) for model in concrete_post_models()]


def _listing(model: Any) -> PageListingViewSet:
    options = model._meta
    meta = type("Meta", (PageFilterSet.Meta,), {"model": model})
    filters = type(f"{model.__name__}FilterSet", (PostFilterSet,), {"Meta": meta})
    name = f"{options.app_label}_{options.model_name}_posts"
    viewset = type(
        f"{model.__name__}ListingViewSet",
        (PageListingViewSet,),
        {
            "model": model,
            "icon": "doc-full",
            "menu_label": capfirst(options.verbose_name_plural),
            "index_view_class": PostIndexView,
            "filterset_class": filters,
            "columns": PostIndexView.base_columns,
        },
    )
    listing: PageListingViewSet = viewset(name, url_prefix=f"blog/posts/{name}")
    return listing

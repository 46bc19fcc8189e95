"""Listings of categories, authors and series."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from ..models import Author, Category, Series
from .relations import with_counts, with_posts

# Deeper levels are indented no further.
DEEPEST_INDENT = 6


class TreeTitleColumn(TitleColumn):
    """A title that is indented by its depth in the tree."""

    cell_template_name = "mkt_blog/admin/tree_title_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["depth"] = min(instance.path.count("/"), DEEPEST_INDENT)
        return context


class PhotoColumn(Column):
    """A small portrait."""

    cell_template_name = "mkt_blog/admin/photo_cell.html"


class CategoryIndexView(IndexView):
    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        return super()._get_title_column(*args, **kwargs, column_class=TreeTitleColumn)


class TermFilterSet(WagtailFilterSet):
    has_posts = django_filters.BooleanFilter(label=_("Has posts"), method="filter_posts")

    def filter_posts(self, terms: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return with_posts(terms, value)


def _roots(request: HttpRequest) -> QuerySet[Any]:
    return Category.objects.roots().order_by("path")


class CategoryFilterSet(TermFilterSet):
    branch = django_filters.ModelChoiceFilter(
        label=_("Branch"), queryset=_roots, method="filter_branch"
    )

    class Meta:
        model = Category
        fields: list[str] = []

    def filter_branch(self, terms: QuerySet[Any], name: str, category: Category) -> QuerySet[Any]:
        return terms.filter(pk__in=category.get_descendants(include_self=True).values("pk"))


class AuthorFilterSet(TermFilterSet):
    has_user = django_filters.BooleanFilter(
        label=_("Has a user"), field_name="user", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Author
        fields: list[str] = []


class SeriesFilterSet(TermFilterSet):
    class Meta:
        model = Series
        fields: list[str] = []


def count_columns() -> list[Column]:
    return [
        NumberColumn("published_posts", label=_("Published posts"), sort_key="published_posts"),
        NumberColumn("all_posts", label=_("With drafts"), sort_key="all_posts"),
    ]


class TermViewSet(SnippetViewSet):
    """A class of terms with the numbers of its posts, in a fixed number of queries."""

    # The database's own search: an index for the site's visitors does not know our order.
    search_backend_name = None
    list_per_page = 50
    export_headings = {"published_posts": _("Published posts"), "all_posts": _("With drafts")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_counts(self.model._default_manager.all())

"""Categories, authors, series and tags in the Wagtail admin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .admin import terms
from .admin.post_listings import post_listings
from .admin.tags import tag_viewsets
from .models import Author, Category, Series


class CategoryViewSet(terms.TermViewSet):
    model = Category
    icon = "folder-open-inverse"
    menu_label = _("Categories")
    index_view_class = terms.CategoryIndexView
    filterset_class = terms.CategoryFilterSet
    search_fields = ["name", "path", "description"]
    # By path, so that a category stands right below its parent.
    ordering = "path"
    list_display = [
        "name",
        Column("path", label=_("Address"), sort_key="path"),
        *terms.count_columns(),
        "sort_order",
    ]
    list_export = ["name", "path", "locale", "published_posts", "all_posts"]


class AuthorViewSet(terms.TermViewSet):
    model = Author
    icon = "user"
    menu_label = _("Authors")
    filterset_class = terms.AuthorFilterSet
    search_fields = ["name", "role", "bio"]
    list_display = [
        "name",
        terms.PhotoColumn("photo", label=_("Photo")),
        "role",
        "user",
        *terms.count_columns(),
    ]
    list_export = ["name", "slug", "role", "user", "locale", "published_posts", "all_posts"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        authors = super().get_queryset(request).select_related("photo", "user")
        return authors.prefetch_related("photo__renditions")


class SeriesViewSet(terms.TermViewSet):
    model = Series
    icon = "list-ol"
    menu_label = pgettext_lazy("plural", "Series")
    filterset_class = terms.SeriesFilterSet
    search_fields = ["title", "description"]
    list_display = ["title", "slug", *terms.count_columns()]
    list_export = ["title", "slug", "locale", "published_posts", "all_posts"]


class BlogViewSetGroup(SnippetViewSetGroup):
    """One entry "Blog" in the menu, with the posts of each class, and what they point to."""

    items: tuple[Any, ...] = (CategoryViewSet, AuthorViewSet, SeriesViewSet)
    menu_label = _("Blog")
    menu_icon = "openquote"
    menu_order = 250

    def __init__(self) -> None:
        # Only now all models are known.
        self.items = (*post_listings(), *self.items, *tag_viewsets())
        super().__init__()

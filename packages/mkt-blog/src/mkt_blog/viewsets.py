"""Categories, authors and series in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Author, Category, Series


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "folder-open-inverse"
    menu_label = _("Categories")
    # By path, so that a category stands right below its parent.
    ordering = "path"
    list_display = ["name", Column("path", label=_("Address")), "sort_order"]


class AuthorViewSet(SnippetViewSet):
    model = Author
    icon = "user"
    menu_label = _("Authors")
    list_display = ["name", "role", "slug"]


class SeriesViewSet(SnippetViewSet):
    model = Series
    icon = "list-ol"
    menu_label = pgettext_lazy("plural", "Series")
    list_display = ["title", "slug"]


class BlogViewSetGroup(SnippetViewSetGroup):
    """One entry "Blog" in the menu, with what posts point to."""

    items = (CategoryViewSet, AuthorViewSet, SeriesViewSet)
    menu_label = _("Blog")
    menu_icon = "openquote"
    menu_order = 250

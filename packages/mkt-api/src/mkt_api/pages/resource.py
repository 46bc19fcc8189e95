"""The resource ``pages``: what every page has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from mkt_core.compat import get_page_model

from ..fields.pages import Alternates, Ancestors, Language, PageType, Parent
from ..fields.paths import has_column
from ..query.filters import Filter
from ..registry import registry
from ..resources import Resource
from ..types import IntegerType
from ..visibility import as_resources_say, visible
from .types import PageTypeValue, is_narrowed, page_types

if TYPE_CHECKING:
    from ..fields import Field


def of_types(pages: QuerySet[Any], models: Sequence[type[Model]]) -> QuerySet[Any]:
    """Pages of these types and of types derived from them."""
    wanted = [m for m in page_types().values() if issubclass(m, tuple(models))]
    content_types = ContentType.objects.get_for_models(*wanted)
    return pages.filter(content_type__in=[kind.pk for kind in content_types.values()])


def in_language(pages: QuerySet[Any], language: str) -> QuerySet[Any]:
    return pages.filter(locale__language_code=language)


def below(pages: QuerySet[Any], pk: int) -> QuerySet[Any]:
    """All pages below a page."""
    above = get_page_model()._base_manager.filter(pk=pk).values_list("path", flat=True).first()
    return pages.none() if above is None else pages.filter(path__startswith=above).exclude(pk=pk)


def right_below(pages: QuerySet[Any], pk: int) -> QuerySet[Any]:
    """The children of a page."""
    row = get_page_model()._base_manager.filter(pk=pk).values_list("path", "depth").first()
    if row is None:
        return pages.none()
    return pages.filter(path__startswith=row[0], depth=row[1] + 1)


def translations_of(pages: QuerySet[Any], pk: int) -> QuerySet[Any]:
    same = get_page_model()._base_manager.filter(pk=pk).values("translation_key")
    return pages.filter(translation_key__in=same).exclude(pk=pk)


# A site's own base page (WAGTAIL_PAGE_MODEL) may be without them.
_PROMOTED = tuple(
    name
    for name in ("seo_title", "search_description", "show_in_menus")
    if has_column(get_page_model(), name)
)


class PageResource(Resource):
    """Pages of every type, with the fields that their classes show to Wagtail's own API."""

    name = "pages"
    model: ClassVar[type[Model]] = get_page_model()
    fields: ClassVar[Sequence[str | Field]] = (
        "id",
        PageType("type"),
        "title",
        "slug",
        "url",
        "detail_url",
        Language("locale"),
        "first_published_at",
        "last_published_at",
        *_PROMOTED,
        Parent("parent"),
        Ancestors("ancestors"),
        Alternates("alternates"),
    )
    detail_only: ClassVar[Sequence[str]] = (*_PROMOTED, "parent", "ancestors", "alternates")
    filters = {
        "type": Filter(
            apply=of_types, type=PageTypeValue(), many=True, description=_("Types of pages.")
        ),
        "id": ["in"],
        "slug": ["exact", "in"],
        "title": ["icontains"],
        "locale": Filter(apply=in_language, description=_("Language code.")),
        "child_of": Filter(apply=right_below, type=IntegerType(), description=_("Key of a page.")),
        "descendant_of": Filter(apply=below, type=IntegerType(), description=_("Key of a page.")),
        "translation_of": Filter(
            apply=translations_of, type=IntegerType(), description=_("Key of a page.")
        ),
        **({"show_in_menus": ["exact"]} if "show_in_menus" in _PROMOTED else {}),
        "first_published_at": ["gte", "gt", "lte", "lt"],
        "last_published_at": ["gte", "gt", "lte", "lt"],
    }
    order = ("id", "title", "slug", "first_published_at", "last_published_at", "path")

    def get_queryset(self) -> QuerySet[Any]:
        """The pages that may be seen, of the types that are shown."""
        pages = visible(self.model._default_manager.all(), self.request)
        if is_narrowed():
            pages = of_types(pages, tuple(page_types().values()))
        return as_resources_say(pages, self.request, registry)

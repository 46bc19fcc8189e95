"""What may be wrong with a page in search results, as conditions of one query over all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import get_page_models

from ...compat import get_page_model
from ..fields import has_field, image_fields

#: In characters. What Google shows is measured in pixels; these are what fits nearly always.
MAX_TITLE, MIN_TITLE = 60, 15
MAX_DESCRIPTION, MIN_DESCRIPTION = 160, 50

NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Problem:
    """``condition()`` finds the pages that have it; it runs no query."""

    name: str
    label: str | Promise
    condition: Callable[[], Q]


def problems() -> list[Problem]:
    """In the order of the report's column."""
    return [
        Problem("no-description", _("No description"), no_description),
        Problem("short-description", _("Description too short"), short_description),
        Problem("long-description", _("Description too long"), long_description),
        Problem("short-title", _("Title too short"), lambda: _title(Q(title_length__lt=MIN_TITLE))),
        Problem("long-title", _("Title too long"), lambda: _title(Q(title_length__gt=MAX_TITLE))),
        Problem("no-image", _("No picture for social networks"), no_image),
        Problem("noindex", _("Hidden from search engines"), noindex),
        Problem("elsewhere", _("Another address is shown instead"), elsewhere),
    ]


def no_description() -> Q:
    """Only of types that have a field for it."""
    return _with_field("search_description", lambda pages: pages.filter(search_description=""))


def short_description() -> Q:
    return _description(Q(description_length__gt=0, description_length__lt=MIN_DESCRIPTION))


def long_description() -> Q:
    return _description(Q(description_length__gt=MAX_DESCRIPTION))


def noindex() -> Q:
    return _with_field("seo_noindex", lambda pages: pages.filter(seo_noindex=True))


def elsewhere() -> Q:
    return _with_field("seo_canonical", lambda pages: pages.exclude(seo_canonical=""))


def no_image() -> Q:
    """Only of types that have a field for it."""
    return _any(
        model._default_manager.filter(**{f"{name}__isnull": True for name in names})
        for model in _models()
        if (names := image_fields(model))
    )


def _description(condition: Q) -> Q:
    length = Length("search_description")
    return _with_field(
        "search_description",
        lambda pages: pages.annotate(description_length=length).filter(condition),
    )


def _title(condition: Q) -> Q:
    """Of the title for search engines, or else of the page's own."""
    with_own = _with_field(
        "seo_title",
        lambda pages: (
            pages.exclude(seo_title="").annotate(title_length=Length("seo_title")).filter(condition)
        ),
    )
    has_own = _with_field("seo_title", lambda pages: pages.exclude(seo_title=""))
    pages = get_page_model()._default_manager.annotate(title_length=Length("title"))
    return with_own | (Q(pk__in=pages.filter(condition).order_by().values("pk")) & ~has_own)


def _with_field(name: str, narrowed: Callable[[Any], Any]) -> Q:
    """Pages of the types that have the field, ``narrowed``; the base page alone if it has it."""
    base = get_page_model()
    if has_field(base, name):
        return _any([narrowed(base._default_manager.all())])
    return _any(
        narrowed(model._default_manager.all()) for model in _models() if has_field(model, name)
    )


def _any(querysets: Any) -> Q:
    conditions = [Q(pk__in=pages.order_by().values("pk")) for pages in querysets]
    return reduce(or_, conditions, NOTHING) if conditions else NOTHING


def _models() -> Iterator[type[Any]]:
    base = get_page_model()
    return (model for model in get_page_models() if model is not base)

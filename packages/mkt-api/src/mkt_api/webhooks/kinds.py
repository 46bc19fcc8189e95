"""Which models have content of the site in them."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from django.apps import apps

from mkt_core.compat import get_page_base

Kind = Literal[
    "page", "snippet", "image", "document", "redirect", "settings", "site", "restriction"
]


@cache
def kind_of(model: type[Any]) -> Kind | None:
    """What an object of the model is to those who read the site; None: nothing to tell.

    Only once all apps are ready. Models of migrations are none of the site's.
    """
    from wagtail.models import PageViewRestriction, Site

    if issubclass(model, get_page_base()):
        return "page"
    if model is PageViewRestriction:
        return "restriction"
    if model is Site:
        return "site"
    return _of_contrib(model) or ("snippet" if _is_snippet(model) else None)


def _of_contrib(model: type[Any]) -> Kind | None:
    if apps.is_installed("wagtail.images"):
        from wagtail.images import get_image_model

        if model is get_image_model():
            return "image"
    if apps.is_installed("wagtail.documents"):
        from wagtail.documents import get_document_model

        if model is get_document_model():
            return "document"
    if apps.is_installed("wagtail.contrib.redirects"):
        from wagtail.contrib.redirects.models import Redirect

        if model is Redirect:
            return "redirect"
    if apps.is_installed("wagtail.contrib.settings"):
        from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting

        if issubclass(model, BaseGenericSetting | BaseSiteSetting):
            return "settings"
    return None


def _is_snippet(model: type[Any]) -> bool:
    from wagtail.snippets.models import get_snippet_models

    return apps.is_installed("wagtail.snippets") and model in get_snippet_models()

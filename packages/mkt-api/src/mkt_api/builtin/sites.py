"""The site that the request was made to, and the languages of the content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from wagtail.models import Locale, Site

from ..facts import facts_of
from ..fields.columns import Column, Computed
from ..resources import Resource


class LocaleResource(Resource):
    """Languages of the content."""

    name = "locales"
    model = Locale
    fields = (
        "id",
        "language_code",
        Computed(
            "name",
            lambda row: str(row.get_display_name()),
            columns=["language_code"],
            schema={"type": ["string", "null"]},
        ),
        Computed(
            "is_default",
            lambda row: row.language_code == settings.LANGUAGE_CODE,
            columns=["language_code"],
            schema={"type": "boolean"},
        ),
    )
    filters = {"language_code": ["exact", "in"]}
    order = ("id", "language_code")


class SiteResource(Resource):
    """The site that is asked; others are asked under their own names."""

    name = "sites"
    model = Site
    fields = (
        "id",
        Column("name", "site_name"),
        "hostname",
        "port",
        Computed(
            "root_url",
            lambda row: row.root_url,
            columns=["hostname", "port"],
            schema={"type": "string", "format": "uri"},
        ),
        Column("root_page"),
        "is_default_site",
    )
    order = ("id",)

    def get_queryset(self) -> QuerySet[Any]:
        return Site.objects.filter(pk=facts_of(self.request).site_key)

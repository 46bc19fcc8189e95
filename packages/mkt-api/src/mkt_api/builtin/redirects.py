"""Redirects of the site that the request was made to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet
from wagtail.contrib.redirects.models import Redirect

from mkt_core.compat import get_page_model

from ..facts import facts_of
from ..fields.addresses import addresses_of
from ..fields.base import Context, Field, Json, Row
from ..fields.columns import Column
from ..pages.resource import PageResource
from ..registry import Registry
from ..resources import Resource


class RedirectTarget(Field):
    """Where it leads: a full URL; one query for the pages among the targets."""

    columns = ("redirect_link", "redirect_page_id", "redirect_page_route_path")
    schema = {"type": ["string", "null"], "format": "uri-reference"}

    def prepare(self, model: type[Model], registry: Registry) -> None:
        self.pages: Any = get_page_model()

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        keys = {row.redirect_page_id for row in rows} - {None}
        paths: dict[Any, str] = {}
        if keys:
            found = self.pages._base_manager.filter(pk__in=keys)
            paths = dict(found.values_list("pk", "url_path"))
        return [self._target(row, paths, context) for row in rows]

    def _target(self, row: Row, paths: dict[Any, str], context: Context) -> Json:
        if row.redirect_page_id is None:
            return row.redirect_link or None
        path = paths.get(row.redirect_page_id)
        url = addresses_of(context.request).url(path) if path else None
        if url is None:
            return None
        route = row.redirect_page_route_path
        return context.absolute(url.rstrip("/") + route if route else url)


class RedirectResource(Resource):
    """Where addresses that are no more lead to."""

    name = "redirects"
    model = Redirect
    fields = (
        "id",
        Column("from", "old_path"),
        RedirectTarget("to"),
        "is_permanent",
        "automatically_created",
        "created_at",
    )
    filters = {"old_path": ["exact", "startswith"], "created_at": ["gte", "gt"]}
    order = ("old_path", "created_at", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """Those of this site and of all sites, unless they lead to a page that may not be seen."""
        shown = PageResource(self.request).get_queryset().order_by()
        return Redirect.objects.filter(
            Q(site=None) | Q(site=facts_of(self.request).site_key),
            Q(redirect_page=None) | Q(redirect_page__in=shown.values("pk")),
        )

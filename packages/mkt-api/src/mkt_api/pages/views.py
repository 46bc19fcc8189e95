"""Lists and single pages, of one type or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from mkt_core.compat import get_page_model

from ..fields import Context, Field, Row
from ..plan import Plan
from ..problems import not_found
from ..query.lists import read_list_query, read_shape
from ..views import DetailView, ListView
from .plans import Specific
from .showing import show_pages
from .types import page_types


class PageListView(ListView):
    """``GET /pages/``; with ``type=`` of one type, everything that the type has can be filtered and sorted."""

    def get(self, request: Request) -> Response:
        plan = self.chosen_plan(request)
        query = read_list_query(request.query_params, plan)
        return self.answer(query, query.narrow(self.visible(plan)))

    def chosen_plan(self, request: Request) -> Plan:
        """That of the one type that the client wants pages of, else that of all pages."""
        model = only_type(request.query_params.get("type", ""))
        return self.plan if model is None else self.registry.page_plan(model)

    def show(
        self, rows: Sequence[Row], fields: Mapping[str, Field], context: Context
    ) -> list[dict[str, Any]]:
        if any(isinstance(field, Specific) for field in fields.values()) or _is_base(rows):
            return show_pages(rows, fields, context)
        return super().show(rows, fields, context)


class PageDetailView(DetailView):
    """``GET /pages/<primary key>/``: everything that the page's type shows."""

    def get(self, request: Request, pk: str) -> Response:
        plan = self.plan_of(pk)
        shape = read_shape(request.query_params, plan)
        row = self.get_row(plan, shape.fields, pk)
        return Response(self.show([row], shape.fields, self.context(shape))[0])

    def plan_of(self, text: str) -> Plan:
        """The plan of the page's type; one query. Says nothing of whether the page may be seen."""
        pages: Any = get_page_model()._base_manager
        try:
            key = self.plan.key.parse(text)
        except ValueError:
            raise not_found(_("There is no such object, or it may not be seen.")) from None
        kind = pages.filter(pk=key).values_list("content_type_id", flat=True).first()
        model = ContentType.objects.get_for_id(kind).model_class() if kind is not None else None
        if model is None or model not in page_types().values():
            raise not_found(_("There is no such object, or it may not be seen."))
        return self.registry.page_plan(model)


def only_type(text: str) -> type[Model] | None:
    """The type that a client wants pages of, if it is one that exists."""
    return page_types().get(text)


def _is_base(rows: Sequence[Row]) -> bool:
    return bool(rows) and type(rows[0]) is get_page_model()

"""``GET /export/``: all pages as lines of JSON, for static builds and search engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from ..fields import Context, Field
from ..fields.target import select
from ..http import CompactJSONRenderer
from ..pages.views import PageListView
from ..plan import Plan
from ..query.lists import SHAPE_PARAMETERS, Shape, read_filters, shape_of
from ..query.parameters import Parameters

CONTENT_TYPE = "application/x-ndjson"
# Pages that are held in memory at once.
CHUNK = 200


class ExportView(PageListView):
    """Every page that may be seen, one on a line, with all fields unless some are chosen.

    Takes ``fields``, ``include``, ``richtext`` and the filters of ``pages/``. The stream is read chunk by
    chunk in the order of keys, so that its memory does not grow; a page that changes meanwhile shows as it
    is when its chunk is read.
    """

    name = "pages"
    kind = "export"
    is_kept = False
    base_cost = 20

    def get(self, request: Request) -> Any:
        shape, visible = self.read(request, self.chosen_plan(request))
        if request.method == "HEAD":
            return HttpResponse(content_type=CONTENT_TYPE)
        lines = self.lines(visible, shape.fields, self.context(shape))
        response = StreamingHttpResponse(lines, content_type=CONTENT_TYPE)
        response.headers["Cache-Control"] = "no-store"
        return response

    def read(self, request: Request, plan: Plan) -> tuple[Shape, QuerySet[Any]]:
        parameters = Parameters(request.query_params, (*SHAPE_PARAMETERS, *plan.filters))
        shape = shape_of(parameters, plan, plan.detail_fields)
        narrowings = read_filters(parameters, plan)
        parameters.finish()
        visible = self.visible(plan)
        for narrow in narrowings:
            visible = narrow(visible)
        return shape, visible

    def lines(
        self, visible: QuerySet[Any], fields: Mapping[str, Field], context: Context
    ) -> Iterator[bytes]:
        renderer = CompactJSONRenderer()
        pages, last = visible.order_by("pk"), None
        while True:
            chunk = pages if last is None else pages.filter(pk__gt=last)
            rows = list(select(chunk, list(fields.values()))[:CHUNK])
            if not rows:
                return
            yield b"".join(
                renderer.render(item) + b"\n" for item in self.show(rows, fields, context)
            )
            last = rows[-1].pk

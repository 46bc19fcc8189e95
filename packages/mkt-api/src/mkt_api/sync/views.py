"""``GET /sync/``: first everything, then what has changed since."""

from __future__ import annotations

import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from ..conf import api_settings
from ..facts import facts_of
from ..fields.target import select
from ..pages.views import PageListView
from ..problems import Problem
from ..query.lists import SHAPE_PARAMETERS, Shape, parse_limit, shape_of
from ..query.parameters import Parameters
from .changes import changes_since, come_and_gone, latest_change, oldest_known, pages_of
from .tokens import Mark, read_mark


class SyncView(PageListView):
    """``{"items": […], "deleted": [id, …], "next": url, "has_more": bool}``.

    ``next`` is always there: call it at once while ``has_more``, and any time later otherwise. ``items`` are
    pages as they are now; ``deleted`` are keys of pages that are gone or may not be seen any more. A page may be
    told twice.
    """

    name = "pages"
    kind = "sync"
    is_kept = False
    base_cost = 2

    def get(self, request: Request) -> Response:
        parameters = Parameters(request.query_params, (*SHAPE_PARAMETERS, "limit", "since"))
        shape = shape_of(parameters, self.plan, self.plan.detail_fields)
        limit = parameters.read("limit", parse_limit, api_settings.current.MAX_PAGE_SIZE)
        mark = parameters.read("since", read_mark, None)
        parameters.finish()
        if mark is None or mark.page is not None:
            body = self.first_copy(mark, shape, limit)
        else:
            body = self.changes(mark, shape, limit)
        return Response(body, headers={"Cache-Control": "no-store"})

    def first_copy(self, mark: Mark | None, shape: Shape, limit: int) -> dict[str, Any]:
        """Pages in the order of their keys."""
        if mark is None:
            # As of before the first page is read: what changes meanwhile is told afterwards.
            mark = Mark(0, latest_change(), int(time.time()))
        pages = self.visible(self.plan).filter(pk__gt=mark.page).order_by("pk")
        rows = list(select(pages, list(shape.fields.values()))[: limit + 1])
        has_more = len(rows) > limit
        rows = rows[:limit]
        following = Mark(rows[-1].pk if has_more else None, mark.change, mark.at)
        return self.body(rows, [], shape, following, has_more=has_more)

    def changes(self, mark: Mark, shape: Shape, limit: int) -> dict[str, Any]:
        """What has changed since the mark; at most ``limit`` changes, each of which may concern a section."""
        if mark.moment < oldest_known(api_settings.current.SYNC_DAYS):
            raise Problem(
                HTTPStatus.GONE,
                "sync-token-expired",
                _("Changes since then are forgotten; begin again without “since”."),
            )
        now = int(time.time())
        roots = facts_of(self.http_request).roots
        found = list(changes_since(mark, roots)[: limit + 1])
        has_more = len(found) > limit
        found = found[:limit]
        keys = pages_of(found)
        if not has_more:
            keys |= come_and_gone(mark.moment, self.registry.page_resources, self.http_request)
        pages = self.visible(self.plan).filter(pk__in=keys).order_by("pk")
        rows = list(select(pages, list(shape.fields.values())))
        gone = sorted(keys - {row.pk for row in rows})
        told = found[-1].pk if found else mark.after
        unfinished = Mark(None, mark.change, mark.at, told)
        following = unfinished if has_more else Mark(None, max(mark.change, told), now)
        return self.body(rows, gone, shape, following, has_more=has_more)

    def body(
        self, rows: Sequence[Any], gone: list[Any], shape: Shape, following: Mark, *, has_more: bool
    ) -> dict[str, Any]:
        context = self.context(shape)
        parameters = self.request.query_params.copy()
        parameters["since"] = following.write()
        base = context.absolute(self.http_request.path)
        return {
            "items": self.show(rows, shape.fields, context) if rows else [],
            "deleted": gone,
            "next": f"{base}?{parameters.urlencode()}",
            "has_more": has_more,
        }

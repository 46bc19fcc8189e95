"""``GET /search/?q=``: pages that fit some words, the best first; every filter of ``pages/`` may be added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from mkt_core.search.ranking import best_keys

from ..fields import Field
from ..fields.target import select
from ..pages.views import PageListView
from ..problems import ProblemItem, invalid_parameters
from ..query.lists import ListQuery, read_list_query
from ..query.pages import ResultPage
from ..query.places import Place
from ..types import TextType
from ..views import link_header

# What the search engine finds beyond that is not looked at.
MAX_HITS = 1_000
MAX_WORDS_LENGTH = 200


class SearchView(PageListView):
    """By relevance, in pages of ``limit`` from ``offset`` or ``page``; ``order`` sorts the hits otherwise."""

    name = "pages"
    kind = "search"

    def get(self, request: Request) -> Response:
        plan = self.chosen_plan(request)
        query = read_list_query(request.query_params, plan, also=("q",))
        words = self.read_words(request)
        visible = query.narrow(self.visible(plan))
        hits = self.hits(plan.resource.model, words)
        if "order" in request.query_params:
            return self.answer(query, visible.filter(pk__in=hits))
        if query.cursor is not None:
            problem = _("needs “order”; hits by relevance are paged with “offset” or “page”.")
            raise invalid_parameters([ProblemItem("cursor", problem, "conflict")])
        return self.best(query, visible, hits)

    def read_words(self, request: Request) -> str:
        """Raises the 400 problem if there are none."""
        problem = ""
        words = ""
        try:
            words = TextType().parse(request.query_params.get("q", "")).strip()
        except ValueError as error:
            problem = str(error)
        if not problem and not words:
            problem = _("must be one or more words.")
        if len(words) > MAX_WORDS_LENGTH:
            problem = _("must be at most %(limit)d characters long.") % {"limit": MAX_WORDS_LENGTH}
        if problem:
            code = "invalid" if request.query_params.get("q") else "missing"
            raise invalid_parameters([ProblemItem("q", problem, code)])
        return words

    def hits(self, model: Any, words: str) -> list[Any]:
        """Keys of the pages that fit, the best first, whether or not they may be seen."""
        return best_keys(model._default_manager.only("pk"), words, MAX_HITS)

    def best(self, query: ListQuery, visible: QuerySet[Any], hits: Sequence[Any]) -> Response:
        shown = set(visible.filter(pk__in=hits).order_by().values_list("pk", flat=True))
        keys = [key for key in hits if key in shown]
        place = query.place or Place("offset", 0)
        start, limit = place.offset, query.limit
        page = keys[start : start + limit]
        rows = self.rows(visible, page, query.shape.fields)
        neighbours = place.neighbours(limit, goes_on=start + limit < len(keys))
        positioned = ListQuery(
            shape=query.shape,
            limit=limit,
            order=query.order,
            cursor=None,
            place=place,
            count=query.count,
            narrowings=(),
        )
        links = self.links(positioned, ResultPage(rows, *neighbours))
        context = self.context(query.shape)
        body = {
            "items": self.show(rows, query.shape.fields, context) if rows else [],
            **links,
            "count": None if query.count == "none" else len(keys),
        }
        return Response(body, headers=link_header(links))

    def rows(
        self, visible: QuerySet[Any], keys: Sequence[Any], fields: Mapping[str, Field]
    ) -> list[Any]:
        if not keys:
            return []
        found = select(visible.filter(pk__in=keys), list(fields.values()))
        by_key = {row.pk: row for row in found}
        return [by_key[key] for key in keys if key in by_key]

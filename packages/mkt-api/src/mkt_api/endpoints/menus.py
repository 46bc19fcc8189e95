"""``GET /menus/``: the pages that are shown in menus, as a tree."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from mkt_core.compat import get_page_model

from ..facts import facts_of
from ..fields.pages import link_fields
from ..fields.paths import has_column
from ..fields.target import Target, select
from ..query.parameters import Parameters
from ..types import IntegerType, TextType
from ..views import ResourceView

MAX_DEPTH = 6


class MenuView(ResourceView):
    """One request and one query for the whole tree. A page below one that is in no menu is in none."""

    name = "pages"
    kind = "menu"

    def get(self, request: Request) -> Response:
        parameters = Parameters(request.query_params, ("depth", "locale"))
        depth = parameters.read("depth", _parse_depth, 3)
        language = parameters.read("locale", TextType().parse, "")
        parameters.finish()
        context = self.context()
        target = Target(get_page_model(), link_fields(self.registry), self.registry)
        step = int(get_page_model().steplen)
        roots = facts_of(self.http_request).roots
        pages = target.visible(context).order_by("path")
        # A site's own base page may know nothing of menus: then no page is in one.
        knows_menus = has_column(get_page_model(), "show_in_menus")
        pages = pages.filter(show_in_menus=True) if knows_menus else pages.none()
        if language:
            pages = pages.filter(locale__language_code=language)
        longest = max((len(root) for root in roots), default=0) + depth * step
        rows = [row for row in select(pages, target.fields, ["path"]) if len(row.path) <= longest]
        shown = target.serialise(rows, context)
        return Response({"items": _tree([row.path for row in rows], shown, roots, step)})


def _parse_depth(text: str) -> int:
    depth = IntegerType().parse(text)
    if not 1 <= depth <= MAX_DEPTH:
        raise ValueError(_("must be from 1 to %(maximum)d.") % {"maximum": MAX_DEPTH})
    return depth


def _tree(
    paths: list[str], items: list[dict[str, Any]], roots: list[str], step: int
) -> list[dict[str, Any]]:
    """The items with ``children``; those whose parent is missing are left out."""
    top: list[dict[str, Any]] = []
    by_path: dict[str, dict[str, Any]] = {}
    for path, item in zip(paths, items, strict=True):
        node = {**item, "children": []}
        parent = path[:-step]
        if parent in by_path:
            by_path[parent]["children"].append(node)
        elif parent in roots:
            top.append(node)
        else:
            continue
        by_path[path] = node
    return top

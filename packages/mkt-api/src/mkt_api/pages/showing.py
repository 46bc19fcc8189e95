"""Pages of several types as items: one query for each type, and those of its fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType

from ..fields import Context, Field, Json, Row
from ..fields.columns import PageUrl
from ..fields.target import select, show_rows
from ..plan import Plan
from .plans import Specific
from .types import page_types


def show_pages(
    rows: Sequence[Row], fields: Mapping[str, Field], context: Context
) -> list[dict[str, Json]]:
    """``show_rows`` for base pages; a key that the page's type does not have is left out.

    ``fields`` are those of the plan of ``pages``, chosen by the client.
    """
    common = {name: field for name, field in fields.items() if not isinstance(field, Specific)}
    specific = {name: field for name, field in fields.items() if isinstance(field, Specific)}
    items = show_rows(rows, common, context)
    by_type: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_type[row.content_type_id].append(place)
    shown = set(page_types().values())
    for key, places in by_type.items():
        model = ContentType.objects.get_for_id(key).model_class()
        if model is None or model not in shown:
            continue
        plan = context.registry.page_plan(model)
        own = {name: plan.fields[name] for name in _own_addresses(plan, common)}
        living = plan.living()
        own |= {name: f.of_type(plan) for name, f in specific.items() if name in living}
        if own:
            _fill(items, rows, places, model, own, context)
    return items


def _own_addresses(plan: Plan, common: Iterable[str]) -> list[str]:
    """A type may say where its pages are found; the base page does not know."""
    field = plan.fields.get("url")
    own = isinstance(field, PageUrl) and not field.routed_by_wagtail
    return ["url"] if own and "url" in common else []


def _fill(
    items: Sequence[dict[str, Json]],
    rows: Sequence[Row],
    places: Sequence[int],
    model: Any,
    fields: Mapping[str, Field],
    context: Context,
) -> None:
    keys = [rows[place].pk for place in places]
    # Which of them may be seen has been decided by the rows.
    instances = {
        row.pk: row
        for row in select(model._base_manager.filter(pk__in=keys), list(fields.values()))
    }
    present = [place for place in places if rows[place].pk in instances]
    values = show_rows([instances[rows[place].pk] for place in present], fields, context)
    for place, value in zip(present, values, strict=True):
        items[place].update(value)

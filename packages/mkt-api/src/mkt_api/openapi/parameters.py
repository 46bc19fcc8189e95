"""The query parameters of an endpoint, read off a compiled plan."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ..conf import api_settings
from ..fields.rich_text import FORMATS
from ..plan import Plan
from ..query.lists import COUNT_CHOICES
from ..query.ordering import MAX_ORDER_TERMS
from ..query.places import MAX_OFFSET

Parameter = dict[str, Any]


def query_parameter(name: str, description: str, schema: dict[str, Any], **more: Any) -> Parameter:
    return {"in": "query", "name": name, "description": description, "schema": schema, **more}


def comma_separated(name: str, description: str, schema: dict[str, Any]) -> Parameter:
    return query_parameter(name, description, schema, style="form", explode=False)


def path_parameter(name: str, schema: dict[str, Any]) -> Parameter:
    return {"in": "path", "name": name, "required": True, "schema": dict(schema)}


def shape_parameters(default: tuple[str, ...]) -> list[Parameter]:
    """What of an object is shown, and how; ``default`` are the keys shown without being asked."""
    include = _("Relations and StreamFields that show objects instead of keys, such as a,b.c.")
    richtext = {"type": "string", "enum": list(FORMATS), "default": "html"}
    return [
        fields_parameter(default),
        query_parameter("include", include, {"type": "string"}),
        query_parameter("richtext", _("The form of rich text."), richtext),
    ]


def fields_parameter(default: tuple[str, ...]) -> Parameter:
    description = _(
        "Keys to show, separated by commas; * means all, -name all but this one, "
        "name(a,b) these of a related object. Default: %(default)s."
    ) % {"default": ",".join(default)}
    return comma_separated("fields", description, {"type": "array", "items": {"type": "string"}})


def list_parameters(plan: Plan) -> list[Parameter]:
    conf = api_settings.current
    limit = {
        "type": "integer",
        "minimum": 1,
        "maximum": conf.MAX_PAGE_SIZE,
        "default": min(conf.PAGE_SIZE, conf.MAX_PAGE_SIZE),
    }
    count = {"type": "string", "enum": list(COUNT_CHOICES), "default": "none"}
    parameters = [
        *shape_parameters(plan.list_fields),
        query_parameter("limit", _("Objects on one page."), limit),
        query_parameter(
            "cursor", _("Where to go on; taken from next or previous."), {"type": "string"}
        ),
        query_parameter(
            "offset",
            _("Begin here instead of at a cursor."),
            {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET},
        ),
        query_parameter(
            "page", _("Begin at this page of limit objects."), {"type": "integer", "minimum": 1}
        ),
        query_parameter("count", _("Whether to count the whole list."), count),
    ]
    if plan.filters:
        either = _("Any of several filters: name:value|name:value.")
        parameters.append(query_parameter("or", either, {"type": "string"}))
    if plan.order:
        terms = [term for name in plan.order for term in (name, f"-{name}")]
        items = {"type": "string", "enum": terms}
        description = _("What to sort by, - for descending. Default: %(default)s.") % {
            "default": ",".join(column.term for column in plan.default_order)
        }
        schema = {"type": "array", "items": items, "maxItems": MAX_ORDER_TERMS, "minItems": 1}
        parameters.append(comma_separated("order", description, schema))
    return parameters


def filter_parameters(plan: Plan) -> list[Parameter]:
    parameters = []
    for name, definition in plan.filters.items():
        describe = comma_separated if definition.many else query_parameter
        parameters.append(describe(name, str(definition.description), definition.schema))
    return parameters

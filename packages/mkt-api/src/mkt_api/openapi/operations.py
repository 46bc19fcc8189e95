"""The description of one endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from ..conf import api_settings
from ..fields.rich_text import FORMATS
from ..plan import Plan
from ..query.lists import COUNT_CHOICES
from ..query.ordering import MAX_ORDER_TERMS
from ..query.places import MAX_OFFSET
from .components import component_name, item_component, list_component

if TYPE_CHECKING:
    from ..views import ResourceView


def query_parameter(
    name: str, description: str, schema: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {"in": "query", "name": name, "description": description, "schema": schema, **more}


def comma_separated(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return query_parameter(name, description, schema, style="form", explode=False)


class ResourceSchema(AutoSchema):
    """Read off the compiled plan; nothing is guessed from serializers or the site's settings."""

    @property
    def plan(self) -> Plan:
        return self._described.plan

    @property
    def is_list(self) -> bool:
        return self._described.kind == "list"

    @property
    def _described(self) -> ResourceView:
        view: Any = self.view
        return cast("ResourceView", view)

    def get_operation_id(self) -> str:
        return f"{self.plan.resource.name.replace('-', '_')}_{self._described.kind}"

    def get_summary(self) -> str:
        name = self.plan.resource.name
        return (
            _("List %(name)s") % {"name": name}
            if self.is_list
            else _("One of %(name)s") % {"name": name}
        )

    def get_description(self) -> str:  # type: ignore[override]  # so drf-spectacular calls it
        return self.plan.resource.description()

    def get_tags(self) -> list[str]:
        return [self.plan.resource.name]

    def get_auth(self) -> list[Any]:
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        if self.is_list:
            return [*self._list_parameters(), *self._filter_parameters()]
        key = {"in": "path", "name": "id", "required": True, "schema": dict(self.plan.key.schema)}
        return [key, *self._shape_parameters(self.plan.detail_fields)]

    def _shape_parameters(self, default: tuple[str, ...]) -> list[dict[str, Any]]:
        include = _("Relations and StreamFields that show objects instead of keys, such as a,b.c.")
        richtext = {"type": "string", "enum": list(FORMATS), "default": "html"}
        return [
            self._fields_parameter(default),
            query_parameter("include", include, {"type": "string"}),
            query_parameter("richtext", _("The form of rich text."), richtext),
        ]

    def _fields_parameter(self, default: tuple[str, ...]) -> dict[str, Any]:
        description = _(
            "Keys to show, separated by commas; * means all, -name all but this one, "
            "name(a,b) these of a related object. Default: %(default)s."
        ) % {"default": ",".join(default)}
        return comma_separated(
            "fields", description, {"type": "array", "items": {"type": "string"}}
        )

    def _list_parameters(self) -> list[dict[str, Any]]:
        conf, plan = api_settings.current, self.plan
        limit = {
            "type": "integer",
            "minimum": 1,
            "maximum": conf.MAX_PAGE_SIZE,
            "default": min(conf.PAGE_SIZE, conf.MAX_PAGE_SIZE),
        }
        count = {"type": "string", "enum": list(COUNT_CHOICES), "default": "none"}
        parameters = [
            *self._shape_parameters(plan.list_fields),
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

    def _filter_parameters(self) -> list[dict[str, Any]]:
        parameters = []
        for name, definition in self.plan.filters.items():
            describe = comma_separated if definition.many else query_parameter
            parameters.append(describe(name, str(definition.description), definition.schema))
        return parameters

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        item = item_component(self.plan)
        self.registry.register_on_missing(item)
        body: ResolvedComponent = item
        if self.is_list:
            body = list_component(self.plan, item)
            self.registry.register_on_missing(body)
        headers = {"ETag": {"schema": {"type": "string"}}}
        if self.is_list:
            headers["Link"] = {"schema": {"type": "string"}}
        success = {
            "description": component_name(self.plan.resource.name),
            "headers": headers,
            "content": {"application/json": {"schema": body.ref}},
        }
        responses = {
            "200": success,
            "304": _reference("NotModified"),
            "400": _reference("BadRequest"),
        }
        return responses if self.is_list else {**responses, "404": _reference("NotFound")}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}

"""The parts of the document that every operation refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.plumbing import ResolvedComponent

from ..plan import Plan
from ..problems import CONTENT_TYPE
from ..types import JsonSchema

RESPONSES = {
    "BadRequest": _(
        "The query string names an unknown parameter or has a value that cannot be used."
    ),
    "NotFound": _("There is no such object, or it may not be seen."),
    "NotModified": _("The client already has this answer (If-None-Match)."),
}


def component(name: str, kind: str, schema: JsonSchema) -> ResolvedComponent:
    # The registry wants an identity to tell equal names apart; ours are unique by themselves.
    return ResolvedComponent(name=name, type=kind, schema=schema, object=f"mkt_api.{name}")


def component_name(resource_name: str) -> str:
    """``blog-posts`` becomes ``BlogPosts``."""
    return "".join(part.capitalize() for part in resource_name.split("-"))


def shared_components() -> Iterator[ResolvedComponent]:
    yield component("Problem", ResolvedComponent.SCHEMA, problem_schema())
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for name, description in RESPONSES.items():
        response: dict[str, Any] = {"description": description}
        if name != "NotModified":
            response["content"] = problem
        yield component(name, ResolvedComponent.RESPONSE, response)


def problem_schema() -> JsonSchema:
    item = {
        "type": "object",
        "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
        "required": ["parameter", "detail"],
    }
    return {
        "type": "object",
        "description": _("What went wrong (RFC 9457)."),
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri-reference"},
            "errors": {"type": "array", "items": item},
        },
        "required": ["type", "title", "status", "detail", "instance"],
    }


def item_component(plan: Plan) -> ResolvedComponent:
    """One object. No key is required, because clients choose keys with ``fields``."""
    schema = {
        "type": "object",
        "description": plan.resource.description(),
        "properties": {name: dict(field.schema) for name, field in plan.fields.items()},
        "additionalProperties": False,
    }
    name = component_name(plan.resource.name)
    return component(f"{name}Item", ResolvedComponent.SCHEMA, schema)


def list_component(plan: Plan, item: ResolvedComponent) -> ResolvedComponent:
    link = {"type": ["string", "null"], "format": "uri"}
    properties = {
        "items": {"type": "array", "items": item.ref},
        "next": {**link, "description": _("The following page; null at the end.")},
        "previous": {**link, "description": _("The page before; null at the beginning.")},
        "count": {
            "type": ["integer", "null"],
            "description": _("Objects in the whole list; null unless count=exact is given."),
        },
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    name = component_name(plan.resource.name)
    return component(f"{name}List", ResolvedComponent.SCHEMA, schema)

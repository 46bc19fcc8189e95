"""The parts of the document that every operation refers to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.plumbing import ResolvedComponent

from ..conf import api_settings
from ..plan import Plan
from ..problems import CONTENT_TYPE
from ..types import JsonSchema

# Name -> status and what it means. All but the first are problem documents.
RESPONSES = {
    "NotModified": ("304", gettext_lazy("The client already has this answer (If-None-Match).")),
    "BadRequest": (
        "400",
        gettext_lazy(
            "The query string names an unknown parameter or has a value that cannot be used."
        ),
    ),
    "Unauthorized": (
        "401",
        gettext_lazy("A token is needed, or the one that was sent does not work."),
    ),
    "Forbidden": ("403", gettext_lazy("The token is not for this.")),
    "NotFound": ("404", gettext_lazy("There is no such object, or it may not be seen.")),
    "Gone": ("410", gettext_lazy("Changes since then are forgotten; begin again without “since”.")),
    "Retired": ("410", gettext_lazy("This was deprecated, and is gone now.")),
    "Unprocessable": (
        "422",
        gettext_lazy("The draft holds something that the page could not be saved with."),
    ),
    "TooManyRequests": ("429", gettext_lazy("There were too many requests; see “Retry-After”.")),
    "ServiceUnavailable": ("503", gettext_lazy("Requests cannot be counted at the moment.")),
}
# What may happen wherever a client is let in or not.
OF_ACCESS = ("Unauthorized", "Forbidden", "TooManyRequests", "ServiceUnavailable")


def component(name: str, kind: str, schema: JsonSchema) -> ResolvedComponent:
    # The registry wants an identity to tell equal names apart; ours are unique by themselves.
    return ResolvedComponent(name=name, type=kind, schema=schema, object=f"mkt_api.{name}")


def component_name(resource_name: str) -> str:
    """``blog-posts`` becomes ``BlogPosts``."""
    return "".join(part.capitalize() for part in resource_name.split("-"))


def shared_components() -> Iterator[ResolvedComponent]:
    yield component("Problem", ResolvedComponent.SCHEMA, problem_schema())
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for name, (status, description) in RESPONSES.items():
        response: dict[str, Any] = {"description": str(description)}
        if name != "NotModified":
            response["content"] = problem
        if status in ("429", "503"):
            response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
        yield component(name, ResolvedComponent.RESPONSE, response)
    for name, scheme in security_schemes().items():
        yield component(name, ResolvedComponent.SECURITY_SCHEMA, scheme)


def security_schemes() -> dict[str, JsonSchema]:
    """How clients may say who they are, as far as the settings open these ways."""
    schemes: dict[str, JsonSchema] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": _("A token of the API: “Authorization: Bearer …”."),
        }
    }
    if api_settings.current.SESSION_ACCESS:
        schemes["session"] = {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": _("The session of somebody who is logged in; for reading only."),
        }
    return schemes


def security() -> list[dict[str, list[str]]]:
    """Any of these ways is enough; an empty one means that nobody has to say who they are."""
    anybody: list[dict[str, list[str]]] = [{}] if api_settings.current.ANONYMOUS_READ else []
    named: list[dict[str, list[str]]] = [{name: []} for name in security_schemes()]
    return anybody + named


def answers(
    description: str,
    content: dict[str, Any],
    *,
    headers: Sequence[str] = ("ETag",),
    problems: Sequence[str] = ("BadRequest",),
) -> dict[str, Any]:
    """The ``responses`` of one operation, in the order of their status; 304 where there is an ETag."""
    success: dict[str, Any] = {"description": description, "content": content}
    if headers:
        success["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    named = {*problems, *OF_ACCESS, *(("NotModified",) if "ETag" in headers else ())}
    references = {
        status: {"$ref": f"#/components/responses/{name}"}
        for name, (status, _description) in RESPONSES.items()
        if name in named
    }
    return {"200": success, **references}


def problem_schema() -> JsonSchema:
    item = {
        "type": "object",
        "properties": {
            "parameter": {"type": "string", "description": _("Of the query string.")},
            "pointer": {
                "type": "string",
                "description": _("A place in the body, as a JSON Pointer (RFC 6901)."),
            },
            "detail": {"type": "string"},
            "code": {"type": "string", "description": _("What is wrong, for programs.")},
        },
        "required": ["detail", "code"],
        "oneOf": [{"required": ["parameter"]}, {"required": ["pointer"]}],
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
    properties = {name: dict(field.schema) for name, field in plan.fields.items()}
    for name in plan.resource.deprecated_fields:
        properties[name]["deprecated"] = True
    schema = {
        "type": "object",
        "description": plan.resource.description(),
        "properties": properties,
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
            "description": _(
                "Objects in the whole list; null unless count=exact or count=estimate is given."
            ),
        },
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    name = component_name(plan.resource.name)
    return component(f"{name}List", ResolvedComponent.SCHEMA, schema)

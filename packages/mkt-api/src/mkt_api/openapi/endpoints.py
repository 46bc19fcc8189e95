"""The descriptions of the endpoints that are no list and no single object of a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from mkt_core.compat import get_page_model

from ..conf import api_settings
from ..endpoints.by_path import ByPathView
from ..endpoints.export import CONTENT_TYPE as NDJSON
from ..endpoints.export import ExportView
from ..endpoints.menus import MAX_DEPTH, MenuView
from ..endpoints.search import MAX_WORDS_LENGTH, SearchView
from ..endpoints.settings import SettingsView, public_settings
from ..fields.pages import link_fields
from ..fields.target import Target
from ..pages.resource import PageResource
from ..plan import Plan
from ..preview.views import PreviewView
from ..registry import Registry
from ..sync.views import SyncView
from ..types import MAX_TEXT_LENGTH, JsonSchema
from ..views import ApiView, IndexView
from .components import answers, component, item_component, list_component
from .parameters import (
    Parameter,
    filter_parameters,
    list_parameters,
    path_parameter,
    query_parameter,
    shape_parameters,
)
from .views import DocsView, OpenApiView

Operation = dict[str, Any]

# Of everything that belongs to no resource.
SITE_TAG = "site"
_URI: JsonSchema = {"type": "string", "format": "uri"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What descriptions are made of: the components of the document, and the API that it is about."""

    components: ComponentRegistry
    api: Registry

    @property
    def pages(self) -> Plan:
        return self.api.plan(PageResource.name)

    def page(self) -> JsonSchema:
        """A page of any type."""
        if self.api.resources.get(PageResource.name) is not PageResource:
            return {"type": "object"}
        return self.ref(item_component(self.pages))

    def ref(self, part: ResolvedComponent) -> JsonSchema:
        self.components.register_on_missing(part)
        return dict(part.ref)


Describe = Callable[[Any, Parts], Operation]


def description_of(view: Any) -> Describe | None:
    """What describes the endpoint of a view; None for lists and single objects."""
    return next((found for known, found in _DESCRIPTIONS.items() if type(view) is known), None)


def _operation(
    summary: str, parameters: list[Parameter], responses: dict[str, Any], tag: str
) -> Operation:
    operation: Operation = {"summary": summary, "tags": [tag]}
    if parameters:
        operation["parameters"] = parameters
    return {**operation, "responses": responses}


def _json(schema: JsonSchema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _object(properties: dict[str, JsonSchema]) -> JsonSchema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _index(view: ApiView, parts: Parts) -> Operation:
    names = dict.fromkeys(parts.api.resources, _URI)
    body = _object({"resources": _object(names), "openapi": {**_URI, "type": ["string", "null"]}})
    return _operation(_("What there is"), [], answers("Index", _json(body)), SITE_TAG)


def _by_path(view: ApiView, parts: Parts) -> Operation:
    where = query_parameter(
        "path",
        _("A path of the site such as /news/, or a whole address."),
        {"type": "string", "maxLength": MAX_TEXT_LENGTH},
        required=True,
    )
    to: JsonSchema = {"type": ["string", "null"], "format": "uri-reference"}
    redirect = _object({"to": to, "is_permanent": {"type": "boolean"}})
    body = _object(
        {
            "kind": {"type": "string", "enum": ["page", "redirect"]},
            "page": {"anyOf": [parts.page(), {"type": "null"}]},
            "redirect": {"anyOf": [redirect, {"type": "null"}]},
        }
    )
    return _operation(
        _("The page at a path, or where the path leads"),
        [where, *shape_parameters(parts.pages.detail_fields)],
        answers("ByPath", _json(body), problems=("BadRequest", "NotFound")),
        PageResource.name,
    )


def _search(view: ApiView, parts: Parts) -> Operation:
    words = query_parameter(
        "q",
        _("Words to look for."),
        {"type": "string", "minLength": 1, "maxLength": MAX_WORDS_LENGTH},
        required=True,
    )
    body = parts.ref(list_component(parts.pages, _page_component(parts)))
    return _operation(
        _("Pages that fit some words, the best first"),
        [words, *list_parameters(parts.pages), *filter_parameters(parts.pages)],
        answers("Search", _json(body), headers=("ETag", "Link")),
        PageResource.name,
    )


def _page_component(parts: Parts) -> ResolvedComponent:
    item = item_component(parts.pages)
    parts.components.register_on_missing(item)
    return item


def _menus(view: ApiView, parts: Parts) -> Operation:
    link = Target(get_page_model(), link_fields(parts.api), parts.api).schema
    children = {"type": "array", "items": {"$ref": "#/components/schemas/MenuItem"}}
    properties = {**link["properties"], "children": children}
    item = parts.ref(component("MenuItem", ResolvedComponent.SCHEMA, _object(properties)))
    depth = {"type": "integer", "minimum": 1, "maximum": MAX_DEPTH, "default": 3}
    return _operation(
        _("The pages that are shown in menus, as a tree"),
        [
            query_parameter("depth", _("Levels of the tree."), depth),
            query_parameter("locale", _("Language code."), {"type": "string"}),
        ],
        answers("Menus", _json(_object({"items": {"type": "array", "items": item}}))),
        PageResource.name,
    )


def _export(view: ApiView, parts: Parts) -> Operation:
    return _operation(
        _("Every page that may be seen, one on a line"),
        [*shape_parameters(parts.pages.detail_fields), *filter_parameters(parts.pages)],
        answers(
            _("Lines of JSON; the schema is that of each line."),
            {NDJSON: {"schema": parts.page()}},
            headers=(),
        ),
        PageResource.name,
    )


def _sync(view: ApiView, parts: Parts) -> Operation:
    largest = api_settings.current.MAX_PAGE_SIZE
    limit = {"type": "integer", "minimum": 1, "maximum": largest, "default": largest}
    body = _object(
        {
            "items": {"type": "array", "items": parts.page()},
            "deleted": {"type": "array", "items": dict(parts.pages.key.schema)},
            "next": _URI,
            "has_more": {"type": "boolean"},
        }
    )
    since = _("Where to go on; taken from next.")
    return _operation(
        _("First every page, then what has changed since"),
        [
            *shape_parameters(parts.pages.detail_fields),
            query_parameter("limit", _("Objects on one page."), limit),
            query_parameter("since", since, {"type": "string"}),
        ],
        answers("Sync", _json(body), problems=("BadRequest", "Gone")),
        PageResource.name,
    )


def _settings(view: ApiView, parts: Parts) -> Operation:
    shown = {
        model._meta.label_lower: {
            **_object({field.name: dict(field.schema) for field in fields}),
            "type": ["object", "null"],
        }
        for model, fields in public_settings(parts.api)[0]
    }
    answer = answers("Settings", _json(_object(shown)))
    return _operation(_("Public settings of the site"), [], answer, SITE_TAG)


def _preview(view: ApiView, parts: Parts) -> Operation:
    known = parts.api.resources.get(PageResource.name) is PageResource
    token = query_parameter("token", _("Of a link to a draft."), {"type": "string"}, required=True)
    kind = _("The type of the page as “app_label.model”, if the client knows it.")
    parameters = [
        token,
        query_parameter("content_type", kind, {"type": "string"}),
        *shape_parameters(parts.pages.detail_fields if known else ()),
    ]
    responses = answers(
        "Preview",
        _json(parts.page()),
        headers=(),
        problems=("BadRequest", "NotFound", "Unprocessable"),
    )
    summary = _("A draft, for those who have a link to it")
    return _open(_operation(summary, parameters, responses, PageResource.name))


def _document(view: ApiView, parts: Parts) -> Operation:
    responses = answers("OpenAPI", _json({"type": "object"}), problems=("BadRequest", "NotFound"))
    return _open(_operation(_("This document"), [], responses, SITE_TAG))


def _docs(view: ApiView, parts: Parts) -> Operation:
    content = {"text/html": {"schema": {"type": "string"}}}
    responses = answers("HTML", content, problems=("BadRequest", "NotFound"))
    return _open(_operation(_("This document, to be read"), [], responses, SITE_TAG))


def _open(operation: Operation) -> Operation:
    """For whoever comes, also where all else needs a token."""
    return {**operation, "security": [{}]}


def at_path(operation: Operation, path: str, base_path: str) -> Operation:
    """The same endpoint may stand at several addresses: each has an id of its own, and its part of the path."""
    inner = path.removeprefix(base_path)
    first = inner.partition("/")[0].replace("-", "_").replace(".", "_")
    if "{id}" not in inner:
        return {"operationId": first or "index", **operation}
    key = path_parameter("id", {"type": "string"})
    parameters = [key, *operation.get("parameters", ())]
    return {"operationId": f"{first}_detail", **operation, "parameters": parameters}


_DESCRIPTIONS: dict[type[ApiView], Describe] = {
    IndexView: _index,
    ByPathView: _by_path,
    SearchView: _search,
    MenuView: _menus,
    ExportView: _export,
    SyncView: _sync,
    SettingsView: _settings,
    PreviewView: _preview,
    OpenApiView: _document,
    DocsView: _docs,
}

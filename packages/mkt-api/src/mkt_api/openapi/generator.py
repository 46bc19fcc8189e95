"""Generate the document of one registry with drf-spectacular.

drf-spectacular is steered by one global settings object, which belongs to the site: to patch it,
even for a moment, would change the site's own schema in other threads. So everything that depends
on those settings is overridden here, and the document is the same on every site.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.plumbing import normalize_result_object
from rest_framework.schemas.generators import is_api_view

from ..conf import api_settings
from ..registry import Registry
from ..views import ApiView, NotFoundView
from .components import security, shared_components
from .endpoints import SITE_TAG, Parts, at_path, description_of
from .operations import ResourceSchema

OAS_VERSION = "3.1.1"
# Of the API's contract, not of the package: the major version is the one in the URL.
DOCUMENT_VERSION = "1.0"


class ResourceEndpoints(EndpointEnumerator):
    """The views of the API, and no hooks of the site."""

    def get_api_endpoints(self, patterns: Any = None, prefix: str = "") -> list[Any]:
        return sorted(self._get_api_endpoints(patterns, prefix), key=lambda endpoint: endpoint[0])

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        view_class: Any = getattr(callback, "cls", object)
        return (
            is_api_view(callback)
            and issubclass(view_class, ApiView)
            and not issubclass(view_class, NotFoundView)
        )

    def get_allowed_methods(self, callback: Any) -> list[str]:
        # All else that is answered follows from GET.
        return ["GET"]


class ApiSchemaGenerator(SchemaGenerator):
    """``ApiSchemaGenerator(patterns=..., base_path="/api/v1/", api=registry)``."""

    endpoint_inspector_cls = ResourceEndpoints

    def __init__(self, *, base_path: str, api: Registry, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.base_path = base_path
        self.api = api

    def coerce_path(self, path: str, method: str, view: Any) -> str:
        # Whether REST framework does this depends on the site's settings.
        return path.replace("{pk}", "{id}")

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        view = super().create_view(callback, method, request)
        schema = ResourceSchema()
        schema.view = view
        self._set_schema_to_view(view, schema)
        return view

    def parse(self, input_request: Any, public: bool) -> dict[str, Any]:
        self._initialise_endpoints()
        paths: dict[str, Any] = {}
        for path, path_regex, method, view in self._get_paths_and_endpoints():
            full_path = self.base_path + path.lstrip("/")
            operation = self.operation(view, full_path, path_regex, method)
            paths.setdefault(full_path, {})[method.lower()] = operation
        return paths

    def operation(self, view: Any, path: str, path_regex: str, method: str) -> dict[str, Any]:
        describe = description_of(view)
        if describe is not None:
            operation = describe(view, Parts(self.registry, self.api))
            return at_path(operation, path, self.base_path)
        found: dict[str, Any] = view.schema.get_operation(
            path, path_regex, "", method, self.registry
        )
        return found

    def get_schema(self, request: Any = None, public: bool = True) -> dict[str, Any]:
        for component in shared_components():
            self.registry.register_on_missing(component)
        document = {
            "openapi": OAS_VERSION,
            "info": {
                "title": _title(),
                "version": DOCUMENT_VERSION,
                "description": _(
                    "Published content, read-only. Errors are RFC 9457 problem documents."
                ),
            },
            "servers": [{"url": api_settings.current.BASE_URL.rstrip("/") or "/"}],
            "security": security(),
            "tags": [
                {"name": name, "description": resource.description()}
                for name, resource in self.api.resources.items()
            ]
            + [{"name": SITE_TAG, "description": _("The site as a whole.")}],
            "paths": self.parse(request, public),
            "components": self.registry.build({}),
        }
        result: dict[str, Any] = normalize_result_object(document)
        return result


def document_of(api: Registry, base_path: str) -> dict[str, Any]:
    """The document of an API whose index stands at ``base_path``. No query, in the site's ``LANGUAGE_CODE``."""
    from ..urls import api_urlpatterns

    # One language, so that the document does not depend on who asked first.
    with translation.override(settings.LANGUAGE_CODE):
        generator = ApiSchemaGenerator(patterns=api_urlpatterns(api), base_path=base_path, api=api)
        return generator.get_schema()


def _title() -> str:
    return (
        api_settings.current.TITLE or getattr(settings, "WAGTAIL_SITE_NAME", "") or _("Content API")
    )

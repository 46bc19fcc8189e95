"""The description of the list of a resource and of one of its objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from ..plan import Plan
from .components import answers, component_name, item_component, list_component
from .parameters import filter_parameters, list_parameters, path_parameter, shape_parameters

if TYPE_CHECKING:
    from ..views import ResourceView


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

    def is_deprecated(self) -> bool:
        return self.plan.resource.deprecated is not None

    def get_auth(self) -> list[Any]:
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        if self.is_list:
            return [*list_parameters(self.plan), *filter_parameters(self.plan)]
        key = path_parameter("id", self.plan.key.schema)
        return [key, *shape_parameters(self.plan.detail_fields)]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        item = item_component(self.plan)
        self.registry.register_on_missing(item)
        body: ResolvedComponent = item
        if self.is_list:
            body = list_component(self.plan, item)
            self.registry.register_on_missing(body)
        problems = ["BadRequest"] if self.is_list else ["BadRequest", "NotFound"]
        if self.is_deprecated():
            problems.append("Retired")
        return answers(
            component_name(self.plan.resource.name),
            {"application/json": {"schema": body.ref}},
            headers=("ETag", "Link") if self.is_list else ("ETag",),
            problems=problems,
        )

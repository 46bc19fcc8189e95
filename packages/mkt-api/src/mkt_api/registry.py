"""Which resources the API shows, found by module name in every installed app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, overload

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.module_loading import autodiscover_modules
from wagtail import hooks

from mkt_core.compat import get_page_base, get_page_model

if TYPE_CHECKING:
    from .deprecation import Deprecated
    from .plan import Fault, Plan
    from .resources import Resource

R = TypeVar("R", bound="type[Resource]")

MODULE = "mkt_api_resources"


class Registry:
    """The resources of one API. Filled by importing ``module`` of each app, then closed.

    Reading ``resources`` for the first time (normally: the first URL that is resolved) fills it.
    """

    def __init__(self, module: str | None = MODULE) -> None:
        self.module = module
        # Each with its standing: what replaces, what is simply there, what gives way.
        self._registered: list[tuple[type[Resource], int]] = []
        self._resources: Mapping[str, type[Resource]] | None = None
        self._plans: dict[str, Plan] = {}
        self._page_plans: dict[type[Model], Plan] = {}
        self._deprecations: tuple[Deprecated, ...] | None = None
        self._lock = RLock()

    @overload
    def register(self, resource: R, *, replace: bool = ..., gives_way: bool = ...) -> R: ...
    @overload
    def register(
        self, resource: None = None, *, replace: bool = ..., gives_way: bool = ...
    ) -> Callable[[R], R]: ...
    def register(
        self, resource: R | None = None, *, replace: bool = False, gives_way: bool = False
    ) -> R | Callable[[R], R]:
        """Add a resource; usable as ``@register`` and ``@register(replace=True)``.

        ``replace`` puts it in the place of another app's resource of the same name,
        whichever of the two is imported first; ``gives_way`` lets any other take its place.
        """
        if resource is None:
            return lambda decorated: self.register(decorated, replace=replace, gives_way=gives_way)
        if self._resources is not None:
            raise ImproperlyConfigured(
                f"{resource.__module__}.{resource.__qualname__} is registered after the API's URLs "
                f"were read. Register it in a module named {MODULE}.py of an installed app."
            )
        self._registered.append((resource, 0 if replace else 2 if gives_way else 1))
        return resource

    @property
    def resources(self) -> Mapping[str, type[Resource]]:
        """Name to resource, in alphabetical order."""
        if self._resources is None:
            with self._lock:
                self._freeze()
        assert self._resources is not None
        return self._resources

    def _freeze(self) -> None:
        if self._resources is not None:
            return
        if self.module:
            autodiscover_modules(self.module)
            for resource in _from_hooks():
                self._registered.append((resource, 1))
        chosen: dict[str, type[Resource]] = {}
        # Replacements first; among equals, the order of INSTALLED_APPS.
        for resource, _ in sorted(self._registered, key=lambda entry: entry[1]):
            chosen.setdefault(resource.name, resource)
        self._resources = MappingProxyType(dict(sorted(chosen.items())))

    def duplicates(self) -> list[tuple[str, list[type[Resource]]]]:
        """Names claimed by more than one resource of the same standing."""
        names = self.resources
        found = []
        for name in names:
            same = [entry for entry in self._registered if entry[0].name == name]
            best = min(standing for _, standing in same)
            rivals = [cls for cls, standing in same if standing == best]
            if len(rivals) > 1:
                found.append((name, rivals))
        return found

    def plan(self, name: str) -> Plan:
        """The compiled plan of a resource.

        Raises:
            ImproperlyConfigured: the resource is wrongly declared; ``manage.py check`` says how.
        """
        from .pages.plans import compile_all
        from .pages.resource import PageResource
        from .plan import compile_plan

        if name not in self._plans:
            if self.resources[name] is PageResource:
                self._plans[name] = compile_all(self)
                return self._plans[name]
            plan, faults = compile_plan(self.resources[name], self)
            faults += [
                fault for fault in self._duplicate_faults() if fault.resource is plan.resource
            ]
            if faults:
                raise ImproperlyConfigured("; ".join(fault.message for fault in faults))
            self._plans[name] = plan
        return self._plans[name]

    def page_plan(self, model: type[Model]) -> Plan:
        """The plan of one page type, as ``pages/`` shows it. Fields that cannot be shown are left out."""
        from .pages.plans import compile_type

        if model not in self._page_plans:
            self._page_plans[model] = compile_type(model, self)[0]
        return self._page_plans[model]

    @property
    def page_resources(self) -> list[type[Resource]]:
        """The resources of single page types."""
        base = get_page_model()
        return [
            resource
            for resource in self.resources.values()
            if resource.model is not base and issubclass(resource.model, get_page_base())
        ]

    def retired(self) -> int:
        """How many fields have gone after they were deprecated. Only grows, so it tells one state from the next."""
        if self._deprecations is None:
            self._deprecations = tuple(
                entry
                for resource in self.resources.values()
                for entry in resource.deprecated_fields.values()
            )
        return sum(entry.is_gone for entry in self._deprecations)

    def faults(self) -> list[Fault]:
        """Everything wrong with every resource, for the system checks."""
        from .plan import compile_plan

        faults = self._duplicate_faults()
        for resource in self.resources.values():
            faults += compile_plan(resource, self)[1]
        return faults

    def _duplicate_faults(self) -> list[Fault]:
        from .plan import Fault

        return [
            Fault(
                self.resources[name],
                "E007",
                f"The resource name “{name}” is used by "
                + " and ".join(f"{cls.__module__}.{cls.__qualname__}" for cls in rivals),
                "Rename one, or register the one that shall win with @register(replace=True).",
            )
            for name, rivals in self.duplicates()
        ]

    def resource_of(self, model: type[Model]) -> type[Resource] | None:
        """The resource that shows exactly this model, if there is one."""
        return next((r for r in self.resources.values() if r.model is model), None)


def _from_hooks() -> list[type[Resource]]:
    """What the hooks ``register_mkt_api_resource`` return: a resource, or several."""
    found: list[type[Resource]] = []
    for hook in hooks.get_hooks("register_mkt_api_resource"):
        given = hook()
        found += given if isinstance(given, list | tuple) else [given]
    return found


registry = Registry()
register = registry.register

"""Which resources the API shows, found by module name in every installed app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, overload

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
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
        self._registered: list[tuple[type[Resource], bool]] = []
        self._resources: Mapping[str, type[Resource]] | None = None
        self._plans: dict[str, Plan] = {}
        self._lock = RLock()

    @overload
    def register(self, resource: R, *, replace: bool = False) -> R: ...
    @overload
    def register(self, resource: None = None, *, replace: bool = False) -> Callable[[R], R]: ...
    def register(self, resource: R | None = None, *, replace: bool = False) -> R | Callable[[R], R]:
        """Add a resource; usable as ``@register`` and ``@register(replace=True)``.

        ``replace`` puts it in the place of another app's resource of the same name,
        whichever of the two is imported first.
        """
        if resource is None:
            return lambda decorated: self.register(decorated, replace=replace)
        if self._resources is not None:
            raise ImproperlyConfigured(
                f"{resource.__module__}.{resource.__qualname__} is registered after the API's URLs "
                f"were read. Register it in a module named {MODULE}.py of an installed app."
            )
        self._registered.append((resource, replace))
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
        chosen: dict[str, type[Resource]] = {}
        # Replacements first; among equals, the order of INSTALLED_APPS.
        for resource, _ in sorted(self._registered, key=lambda entry: not entry[1]):
            chosen.setdefault(resource.name, resource)
        self._resources = MappingProxyType(dict(sorted(chosen.items())))

    def duplicates(self) -> list[tuple[str, list[type[Resource]]]]:
        """Names claimed by more than one resource of the same standing."""
        names = self.resources
        found = []
        for name in names:
            same = [entry for entry in self._registered if entry[0].name == name]
            rivals = [cls for cls, replace in same if replace] or [cls for cls, _ in same]
            if len(rivals) > 1:
                found.append((name, rivals))
        return found

    def plan(self, name: str) -> Plan:
        """The compiled plan of a resource.

        Raises:
            ImproperlyConfigured: the resource is wrongly declared; ``manage.py check`` says how.
        """
        from .plan import compile_plan

        if name not in self._plans:
            plan, faults = compile_plan(self.resources[name], self)
            faults += [
                fault for fault in self._duplicate_faults() if fault.resource is plan.resource
            ]
            if faults:
                raise ImproperlyConfigured("; ".join(fault.message for fault in faults))
            self._plans[name] = plan
        return self._plans[name]

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


registry = Registry()
register = registry.register

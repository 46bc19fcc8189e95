"""The compiled form of a resource: everything that can be known before the first request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING

from django.core.exceptions import FieldDoesNotExist

from .deprecation import Deprecated, gone
from .fields import Field, FieldError
from .fields.resolve import resolve_expansion, resolve_field
from .query.filters import Filter, compile_filters
from .query.ordering import OrderColumn, compile_order
from .types import TextType, ValueType, type_of

if TYPE_CHECKING:
    from .registry import Registry
    from .resources import Resource

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
RESERVED_NAMES = frozenset(
    {
        "by-path",
        "docs",
        "export",
        "forms",
        "menus",
        "preview",
        "schema",
        "search",
        "settings",
        "sync",
    }
)
SENSITIVE = re.compile(
    r"(^|_)(password|passwd|passphrase|token|secret|api_?key|private_?key|session_?key|salt|otp|totp)s?(_|$)"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a declaration; ``code`` is the last part of the system check's id."""

    resource: type[Resource]
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How a resource is queried and shown."""

    resource: type[Resource]
    fields: Mapping[str, Field]
    list_fields: tuple[str, ...]
    filters: Mapping[str, Filter]
    # Name a client may sort by -> column; and the order when it names none.
    order: Mapping[str, OrderColumn]
    default_order: tuple[OrderColumn, ...]
    # How a primary key is read from an address.
    key: ValueType
    # Of a list of several page types: what they say of their own fields.
    deprecated_by_types: Mapping[str, tuple[Deprecated, ...]] = dataclass_field(
        default_factory=dict
    )

    @property
    def detail_fields(self) -> tuple[str, ...]:
        return tuple(self.fields)

    def living(self) -> Mapping[str, Field]:
        """The fields without those that were deprecated and are gone now."""
        dead = gone(self.resource.deprecated_fields)
        if not dead:
            return self.fields
        return {name: field for name, field in self.fields.items() if name not in dead}

    def deprecations(self, name: str) -> tuple[Deprecated, ...]:
        """What is said of a field that will be taken away; of several page types, by each that still shows it."""
        own = self.resource.deprecated_fields.get(name)
        others = self.deprecated_by_types.get(name, ())
        found = others if own is None else (own, *others)
        return tuple(entry for entry in found if not entry.is_gone)


def compile_plan(resource: type[Resource], registry: Registry) -> tuple[Plan, list[Fault]]:
    """The plan, and what had to be left out of it. Issues no query."""
    compiler = _Compiler(resource, registry)
    return compiler.plan(), compiler.faults


class _Compiler:
    def __init__(self, resource: type[Resource], registry: Registry) -> None:
        self.resource = resource
        self.registry = registry
        self.faults: list[Fault] = []

    def plan(self) -> Plan:
        self.check_name()
        fields = self.fields()
        for name in set(self.resource.detail_only) - set(fields):
            self.fault("E004", f"detail_only names “{name}”, which is not among its fields")
        for name in set(self.resource.deprecated_fields) - set(fields):
            self.fault("E004", f"deprecated_fields names “{name}”, which is not among its fields")
        filters, filter_faults = compile_filters(self.resource.model, self.resource.filters)
        columns, default_order, order_faults = compile_order(
            self.resource.model, self.resource.order
        )
        for code, message in (*filter_faults, *order_faults):
            self.fault(code, message)
        self.refuse_sensitive([*filters, *columns])
        return Plan(
            resource=self.resource,
            fields=fields,
            list_fields=tuple(name for name in fields if name not in self.resource.detail_only),
            filters=filters,
            order=columns,
            default_order=default_order,
            key=type_of(self.resource.model._meta.pk) or TextType(),
        )

    def fields(self) -> dict[str, Field]:
        model, fields = self.resource.model, {}
        for entry, expanded in [
            *((entry, False) for entry in self.resource.fields),
            *((entry, True) for entry in self.resource.expand),
        ]:
            name = entry if isinstance(entry, str) else entry.name
            try:
                if isinstance(entry, Field):
                    field = entry
                elif expanded:
                    field = resolve_expansion(model, entry)
                else:
                    field = resolve_field(model, entry, self.resource.name)
                fields[name] = field.bind(model, self.registry)
            except (FieldError, FieldDoesNotExist) as error:
                self.fault("E004", f"the field “{name}” cannot be shown: {error}")
            else:
                self.refuse_sensitive(fields[name].names())
        return fields

    def check_name(self) -> None:
        name = self.resource.name
        if not NAME.match(name) or name in RESERVED_NAMES:
            self.fault("E007", f"“{name}” cannot be the name of a resource")

    def refuse_sensitive(self, names: Iterable[str]) -> None:
        for name in names:
            if SENSITIVE.search(name.lower()):
                self.fault("E005", f"“{name}” looks like a secret")

    def fault(self, code: str, message: str) -> None:
        label = f"{self.resource.__module__}.{self.resource.__qualname__}"
        self.faults.append(Fault(self.resource, code, f"{label}: {message}.", HINTS[code]))


HINTS = {
    "E004": "Name a field, a property or a relation of the model, or pass a Field object.",
    "E005": "Leave it out. What is harmless can be shown under another name with Computed(...).",
    "E006": "Sort by a column of the model or of one related object.",
    "E007": "Use lower-case letters, digits and single hyphens; “docs”, “search” and the like are taken.",
    "E008": "See the table of lookups in the README of mkt-api.",
}

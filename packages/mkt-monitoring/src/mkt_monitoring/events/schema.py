"""Which events there are, and what they may say: everything else is refused.

>>> register_event("newsletter_signup", properties={"list": str}, dimensions=["page", "list"], public=True)

Call it where each process passes by: in the ``mkt_metrics`` module of an app, or in ``AppConfig.ready``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .errors import InvalidEvent, UnregisteredEvent

MAX_NAME_LENGTH = 50
MAX_PROPERTIES = 20
MAX_PROPERTIES_BYTES = 4096
#: Dimensions that every event has, in the sense of ``models.aggregates``.
DIMENSIONS = ("page", "referrer", "campaign", "source", "medium", "country", "device")

Priority = Literal["low", "normal", "high"]
#: In the order in which they are given up when the buffer fills.
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KINDS: tuple[type, ...] = (str, int, float, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyType:
    """What a property may be. Texts that are too long are cut; numbers out of range are refused."""

    kind: type
    max_length: int = 200
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False

    def cleaned(self, name: str, value: Any) -> Any:
        """``value`` as it is stored.

        Raises:
            InvalidEvent: it is of another type, out of range, or none of the choices.
        """
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        is_right = isinstance(value, self.kind) and isinstance(value, bool) == (self.kind is bool)
        if not is_right:
            raise InvalidEvent(f"{name} must be {self.kind.__name__}, not {type(value).__name__}.")
        if self.kind is str:
            value = clean_text(value, self.max_length)
        elif self.kind is not bool:
            self._require_range(name, value)
        if self.choices and value not in self.choices:
            raise InvalidEvent(f"{name} must be one of {', '.join(map(str, self.choices))}.")
        return value

    def _require_range(self, name: str, value: float) -> None:
        # A double, as JSON and databases have it.
        if not math.isfinite(value) or abs(value) > 2**53:
            raise InvalidEvent(f"{name} is no number that can be stored.")
        if self.minimum is not None and value < self.minimum:
            raise InvalidEvent(f"{name} must be at least {self.minimum:g}.")
        if self.maximum is not None and value > self.maximum:
            raise InvalidEvent(f"{name} must be at most {self.maximum:g}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSchema:
    """A registered event; see ``register_event``."""

    name: str
    properties: Mapping[str, PropertyType]
    dimensions: tuple[str, ...] = ("page",)
    value: str = ""
    priority: Priority = "normal"
    public: bool = False
    #: The priority as a number, for the buffer.
    rank: int = 1

    def cleaned(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The properties as they are stored. None stands for a property that is not given.

        Raises:
            InvalidEvent: one is unknown, missing or cannot be used.
        """
        if unknown := sorted(map(str, properties.keys() - self.properties.keys())):
            known = ", ".join(self.properties) or "none"
            raise InvalidEvent(f"{self.name} has no property {unknown[0][:50]!r}; it has {known}.")
        cleaned = {}
        for name, kind in self.properties.items():
            value = properties.get(name)
            if value is not None:
                cleaned[name] = kind.cleaned(name, value)
            elif kind.required:
                raise InvalidEvent(f"{self.name} needs the property {name!r}.")
        return cleaned


_schemas: dict[str, EventSchema] = {}
#: ``find(name)``: the schema, or None.
find = _schemas.get


def register_event(
    name: str,
    *,
    properties: Mapping[str, type | PropertyType] | None = None,
    dimensions: Sequence[str] = ("page",),
    value: str = "",
    priority: Priority = "normal",
    public: bool = False,
) -> EventSchema:
    """Make an event known. Doing it again with the same arguments changes nothing.

    Args:
        name: lower case, digits and underscores, at most 50.
        properties: at most 20, each ``str``, ``int``, ``float``, ``bool`` or a ``PropertyType``.
        dimensions: what is counted by, besides the total: "page", "referrer", "campaign", "source", "medium",
            "country", "device", or a property. Count by what has few values: see ``EVENTS["VALUES_LIMIT"]``.
        value: the property, a number, that is summed up in the aggregates.
        priority: events of low priority are given up first when the buffer is half full, high ones last.
        public: whether browsers may send it to the intake. Anybody can then invent such events.

    Raises:
        ValueError: an argument cannot be used, or the name is registered otherwise.
    """
    kinds = {
        key: kind if isinstance(kind, PropertyType) else PropertyType(kind=kind)
        for key, kind in (properties or {}).items()
    }
    schema = EventSchema(
        name=name,
        properties=kinds,
        dimensions=tuple(dimensions),
        value=value,
        priority=priority,
        public=public,
        rank=PRIORITIES.index(priority),
    )
    _require_possible(schema)
    if _schemas.setdefault(name, schema) != schema:
        raise ValueError(f"The event {name!r} is already registered with other arguments.")
    return schema


def get(name: str) -> EventSchema:
    """The schema of an event.

    Raises:
        UnregisteredEvent: there is none of that name.
    """
    schema = _schemas.get(name)
    if schema is None:
        raise UnregisteredEvent(name)
    return schema


def registered() -> Mapping[str, EventSchema]:
    """All of them, by name."""
    return dict(_schemas)


def unregister(name: str) -> None:
    """Forget an event; for tests."""
    _schemas.pop(name, None)


def clean_text(text: str, length: int) -> str:
    """At most ``length`` characters, without those that a database refuses."""
    text = text[:length]
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\x00", "")


def _require_possible(schema: EventSchema) -> None:
    if len(schema.name) > MAX_NAME_LENGTH or not _NAME.fullmatch(schema.name):
        raise ValueError(
            f"{schema.name!r} is no name of an event: lower case, digits and underscores, at most {MAX_NAME_LENGTH}."
        )
    if len(schema.properties) > MAX_PROPERTIES:
        raise ValueError(f"{schema.name} has more than {MAX_PROPERTIES} properties.")
    for name, kind in schema.properties.items():
        if kind.kind not in _KINDS or len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
            raise ValueError(f"{schema.name}: the property {name!r} cannot be of {kind.kind!r}.")
    if unknown := {*schema.dimensions} - {*DIMENSIONS} - {*schema.properties}:
        raise ValueError(f"{schema.name} cannot be counted by {', '.join(sorted(unknown))}.")
    if schema.value and (
        schema.value not in schema.properties
        or schema.properties[schema.value].kind not in (int, float)
    ):
        raise ValueError(f"{schema.name}: the value {schema.value!r} is no number it has.")

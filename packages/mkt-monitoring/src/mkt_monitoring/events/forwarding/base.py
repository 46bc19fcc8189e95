"""What a service is told, as HTTP requests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..rows import EventRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One POST request that tells of ``rows``. ``json`` is sent as JSON."""

    rows: Sequence[EventRow]
    url: str
    json: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Service(ABC):
    """One entry of ``EVENTS["FORWARD"]``, whose other keys are the fields of the class, in capitals."""

    # Beginning of the addresses of pages, "https://example.org".
    SITE_URL: str
    # Names of the events to tell; all if empty.
    EVENTS: tuple[str, ...] = ()

    def wants(self, row: EventRow) -> bool:
        """Whether the service is told of this event."""
        return not self.EVENTS or row.name in self.EVENTS

    def page_url(self, row: EventRow) -> str:
        """The address of the page, without a query."""
        return f"{self.SITE_URL.rstrip('/')}{row.path or '/'}"

    @abstractmethod
    def calls(self, rows: Sequence[EventRow]) -> Iterator[Call]:
        """The requests that tell of these events."""

"""Requests added up: as they come, from rows of the tables, and for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .recording import Noted
from .sketch import Sketch

#: The columns of the tables that are added up.
FIELDS = ("count", "client_errors", "server_errors", "seconds", "sketch")
#: Quantiles that are shown.
SHARES = (0.5, 0.95, 0.99)


@dataclass(slots=True)
class Requests:
    """Some requests together."""

    count: int = 0
    client_errors: int = 0
    server_errors: int = 0
    seconds: float = 0.0
    sketch: Sketch = field(default_factory=Sketch)

    def note(self, noted: Noted) -> None:
        """Count one request."""
        self.count += 1
        self.client_errors += noted.status_class == 4
        self.server_errors += noted.status_class == 5
        self.seconds += noted.seconds
        self.sketch.add(noted.seconds)

    def add(self, row: tuple[int, int, int, float, list[int]]) -> None:
        """Add the ``FIELDS`` of a row."""
        self.count += row[0]
        self.client_errors += row[1]
        self.server_errors += row[2]
        self.seconds += row[3]
        self.sketch.merge_list(row[4])

    def merge(self, other: Requests) -> None:
        """Add other requests."""
        self.count += other.count
        self.client_errors += other.client_errors
        self.server_errors += other.server_errors
        self.seconds += other.seconds
        self.sketch.merge(other.sketch)

    def columns(self) -> dict[str, Any]:
        """The ``FIELDS`` of a row that has all of them."""
        return {name: getattr(self, name) for name in FIELDS} | {"sketch": self.sketch.as_list()}

    def quantiles(self) -> list[float | None]:
        """Seconds that half of them, 95 % and 99 % of them do not exceed."""
        return self.sketch.quantiles(SHARES)

    @property
    def error_share(self) -> float | None:
        """Share of failed requests (5xx), 0 to 1; None if there were none at all."""
        return self.server_errors / self.count if self.count else None

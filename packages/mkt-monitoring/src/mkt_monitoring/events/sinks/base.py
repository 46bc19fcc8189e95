"""What a sink is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from ..rows import EventRow


class Refused(Exception):
    """The sink will never take this batch: there is something in it that it cannot store."""


class Sink(ABC):
    """A place for events. Made once in each process that has events; keyword arguments come from ``SINK_OPTIONS``.

    Whatever ``write`` raises, except ``Refused``, means that it took nothing that counts, and the same batch comes
    again. A batch may therefore be written twice: tell events apart by their id.
    """

    #: For metrics and log lines.
    name = "custom"

    @abstractmethod
    def write(self, rows: Sequence[EventRow]) -> None:
        """Take all of these, at most 1,000, in the order in which they happened.

        Raises:
            Refused: they cannot be stored. The batch is divided until the event that is meant is found and dropped.
            Exception: not now; the events wait in the process, as long as there is room.
        """

    def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Let connections go. The sink may be used again afterwards."""

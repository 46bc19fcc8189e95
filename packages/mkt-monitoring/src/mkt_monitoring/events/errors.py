"""What can be wrong with an event."""

from __future__ import annotations


class InvalidEvent(ValueError):
    """The event says what its schema does not allow; the message names the property, and never its value."""


class UnregisteredEvent(InvalidEvent):
    """There is no such event."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no event {str(name)[:50]!r}. Register it with mkt_monitoring.events.schema.register_event."
        )

"""``offset`` and ``page``: ways to a place in a list for those who count in pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..types import IntegerType

# Databases walk through everything before the place. Cursors have no such limit.
MAX_OFFSET = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list begins, and how the client says that."""

    # "offset" or "page".
    parameter: str
    offset: int

    def neighbours(self, limit: int, *, goes_on: bool) -> tuple[int | None, int | None]:
        """The values of the parameter for the page before and the next one."""
        step, now = (
            (1, self.offset // limit + 1) if self.parameter == "page" else (limit, self.offset)
        )
        first = 1 if self.parameter == "page" else 0
        before = max(now - step, first) if self.offset > 0 else None
        after = now + step if goes_on and self.offset + limit <= MAX_OFFSET else None
        return before, after


def parse_offset(text: str) -> int:
    return _within(IntegerType().parse(text), 0, MAX_OFFSET)


def parse_page(text: str, limit: int) -> int:
    """The offset of the page."""
    number = _within(IntegerType().parse(text), 1, MAX_OFFSET // limit + 1)
    return (number - 1) * limit


def _within(value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise ValueError(
            _("must be from %(least)d to %(most)d; use “cursor” to go further.")
            % {"least": least, "most": most}
        )
    return value

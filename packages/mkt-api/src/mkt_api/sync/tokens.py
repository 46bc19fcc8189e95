"""Where a copy stands: an opaque text that says up to where it has been told of changes."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from ..types import MAX_INTEGER

MAX_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a copy has come."""

    #: Key of the last page of the first copy; None once it is complete.
    page: int | None
    #: Key of the last change that was told.
    change: int
    #: When the copy was up to date, in whole seconds since 1970.
    at: int
    #: While changes are being told: the last one of those that have been.
    after: int = 0

    def write(self) -> str:
        text = json.dumps([self.page, self.change, self.at, self.after], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


def read_mark(text: str) -> Mark:
    """Raises ``ValueError`` with a sentence for the client."""
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError
        padded = text + "=" * (-len(text) % 4)
        page, change, at, after = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        numbers = [change, at, after, *([page] if page is not None else [])]
        if not all(type(n) is int and 0 <= n <= MAX_INTEGER for n in numbers) or at > _LATEST:
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise ValueError(_("is not a token of this list.")) from None
    return Mark(page, change, at, after)


# The year 9998.
_LATEST = 253_300_000_000

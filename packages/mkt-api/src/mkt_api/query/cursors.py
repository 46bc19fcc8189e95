"""Cursors: a place in an order, as an opaque text.

A cursor holds nothing but values of the columns that the list is sorted by, and is checked like
any other input, so it needs no signature: a made-up one is only an odd place to start reading.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from .ordering import OrderColumn

MAX_LENGTH = 16_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on: after the row with these values, or before it when ``backwards``."""

    values: tuple[Any, ...]
    backwards: bool = False
    # Whether the row itself belongs to the page.
    inclusive: bool = False

    def write(self, order: Sequence[OrderColumn]) -> str:
        fields = [
            None if value is None else column.type.write(value)
            for column, value in zip(order, self.values, strict=True)
        ]
        state = [_signature(order), int(self.backwards), int(self.inclusive), *fields]
        text = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def condition(self, order: Sequence[OrderColumn]) -> Q | None:
        """The rows on the far side of this place; None when there cannot be any."""
        alternatives: list[Q] = []
        same = Q()
        for column, value in zip(order, self.values, strict=True):
            further = column.beyond(value, backwards=self.backwards)
            if further is not None:
                alternatives.append(same & further)
            same &= column.same(value)
        if self.inclusive:
            alternatives.append(same)
        if not alternatives:
            return None
        condition = alternatives[0]
        for alternative in alternatives[1:]:
            condition |= alternative
        return order[0].bound(self.values[0], backwards=self.backwards) & condition


def read_cursor(text: str, order: Sequence[OrderColumn]) -> Cursor:
    """Raises ``ValueError`` with a sentence for the client."""
    try:
        signature, backwards, inclusive, *fields = _decode(text)
        values = tuple(
            None if field is None else column.type.parse(field)
            for column, field in zip(order, fields, strict=True)
        )
        flags_fit = backwards in (0, 1) and inclusive in (0, 1)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise ValueError(_("is not a cursor of this list.")) from None
    if signature != _signature(order):
        raise ValueError(_("belongs to another order of this list."))
    fits = all(c.nullable or v is not None for c, v in zip(order, values, strict=True))
    if not flags_fit or not fits:
        raise ValueError(_("is not a cursor of this list."))
    return Cursor(values, bool(backwards), bool(inclusive))


def _decode(text: str) -> list[Any]:
    if len(text) > MAX_LENGTH:
        raise ValueError
    padded = text + "=" * (-len(text) % 4)
    state = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    if not isinstance(state, list) or not all(isinstance(f, str | None) for f in state[3:]):
        raise ValueError
    return state


def _signature(order: Sequence[OrderColumn]) -> str:
    return ",".join(column.term for column in order)

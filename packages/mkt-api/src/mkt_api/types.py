"""Typed values: what a client may write in a query string, and how it is described in OpenAPI."""

from __future__ import annotations

import datetime
import math
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

JsonSchema = dict[str, Any]

# What fits a 64-bit column; anything larger makes a database driver raise.
MAX_INTEGER = 2**63 - 1
MAX_TEXT_LENGTH = 1000
MAX_DECIMAL_DIGITS = 100


class ValueType:
    """Read one value from text and write it back, for filters and cursors.

    ``parse`` raises ``ValueError`` with a sentence for the client.
    """

    schema: ClassVar[JsonSchema] = {}
    # Whether smaller and larger mean something: such columns get ``gt``, ``gte``, ``lt``, ``lte``.
    ordered: ClassVar[bool] = True

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text that ``parse`` reads back as ``value``."""
        return str(value)


class TextType(ValueType):
    schema = {"type": "string", "maxLength": MAX_TEXT_LENGTH}
    ordered = False

    def parse(self, text: str) -> str:
        if len(text) > MAX_TEXT_LENGTH:
            raise ValueError(
                _("must be at most %(limit)d characters long.") % {"limit": MAX_TEXT_LENGTH}
            )
        if "\x00" in text:
            raise ValueError(_("must not contain NUL characters."))
        return text


class IntegerType(ValueType):
    schema = {"type": "integer"}

    def parse(self, text: str) -> int:
        digits = text.removeprefix("-")
        # int() also takes "1_000", "+1", " 1 " and digits of other scripts: one spelling is enough.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
            raise ValueError(_("must be a whole number."))
        value = int(text)
        if abs(value) > MAX_INTEGER:
            raise ValueError(_("is too large."))
        return value


class FloatType(ValueType):
    schema = {"type": "number"}

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(_("must be a number."))
        return value

    def write(self, value: Any) -> str:
        return repr(value)


class DecimalType(ValueType):
    schema = {"type": "string", "format": "decimal"}

    def parse(self, text: str) -> Decimal:
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or len(text) > MAX_DECIMAL_DIGITS:
            raise ValueError(_("must be a decimal number."))
        if abs(value.adjusted()) > MAX_DECIMAL_DIGITS:
            raise ValueError(_("is too large or too small."))
        return value


class BooleanType(ValueType):
    schema = {"type": "boolean"}

    def parse(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError(_("must be “true” or “false”."))
        return text == "true"

    def write(self, value: Any) -> str:
        return "true" if value else "false"


class UUIDType(ValueType):
    schema = {"type": "string", "format": "uuid"}
    ordered = False

    def parse(self, text: str) -> uuid.UUID:
        try:
            return uuid.UUID(text)
        except ValueError:
            raise ValueError(_("must be a UUID.")) from None


def _within_calendar(year: int) -> None:
    # The first and last year leave the calendar when a database converts them to its time zone.
    if not datetime.MINYEAR < year < datetime.MAXYEAR:
        raise ValueError(_("is outside the years 2 to 9998."))


class DateType(ValueType):
    schema = {"type": "string", "format": "date"}

    def parse(self, text: str) -> datetime.date:
        try:
            value = parse_date(text)
        except ValueError:
            value = None
        if value is None:
            raise ValueError(_("must be a date such as 2026-03-31."))
        _within_calendar(value.year)
        return value

    def write(self, value: Any) -> str:
        return value.isoformat()


class DateTimeType(ValueType):
    schema = {"type": "string", "format": "date-time"}

    def parse(self, text: str) -> datetime.datetime:
        try:
            value = parse_datetime(text)
        except ValueError:
            value = None
        if value is None:
            raise ValueError(_("must be a date and time such as 2026-03-31T12:00:00Z."))
        _within_calendar(value.year)
        if settings.USE_TZ and timezone.is_naive(value):
            return timezone.make_aware(value)
        if not settings.USE_TZ and timezone.is_aware(value):
            return timezone.make_naive(value)
        # PostgreSQL takes no offset beyond 16 hours, Python nearly 24.
        return value.astimezone(datetime.UTC) if timezone.is_aware(value) else value

    def write(self, value: Any) -> str:
        return value.isoformat()


class DateOrDateTimeType(DateTimeType):
    """A moment, or a whole day in the site's time zone."""

    schema = {
        "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
    }

    def parse(self, text: str) -> Any:
        if len(text) <= len("2026-03-31"):
            return DateType().parse(text)
        return super().parse(text)


class TimeType(ValueType):
    schema = {"type": "string", "format": "time"}

    def parse(self, text: str) -> datetime.time:
        try:
            # Not Django's parse_time(), which drops an offset without a word.
            value = datetime.time.fromisoformat(text)
        except ValueError:
            value = None
        if value is None or value.tzinfo is not None:
            raise ValueError(_("must be a time such as 12:30:00."))
        return value

    def write(self, value: Any) -> str:
        return value.isoformat()


# Subclasses come before their bases: a DateTimeField is a DateField.
_TYPES: tuple[tuple[type[models.Field[Any, Any]], ValueType], ...] = (
    (models.BooleanField, BooleanType()),
    (models.AutoField, IntegerType()),
    (models.IntegerField, IntegerType()),
    (models.FloatField, FloatType()),
    (models.DecimalField, DecimalType()),
    (models.DateTimeField, DateTimeType()),
    (models.DateField, DateType()),
    (models.TimeField, TimeType()),
    (models.UUIDField, UUIDType()),
    (models.GenericIPAddressField, TextType()),
    (models.CharField, TextType()),
    (models.TextField, TextType()),
)


def type_of(field: models.Field[Any, Any]) -> ValueType | None:
    """The type of a model column, following keys to the column they point at; None if it has none."""
    while field.is_relation and (target := getattr(field, "target_field", None)) is not None:
        field = target
    return next((value_type for kind, value_type in _TYPES if isinstance(field, kind)), None)

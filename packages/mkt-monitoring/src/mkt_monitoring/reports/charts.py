"""Charts as SVG, made here and drawn by a template: no script, no library, and a table beside each.

What is repeated for each minute is written here as well: a loop of the template takes several times as long, and the
dashboard "Now" asks every few seconds.

Coordinates are per mille of the width and per cent of the height; the template stretches them to the room there is.
Tones are told apart by lightness and by the pattern of their lines, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

from django.utils.formats import number_format
from django.utils.functional import Promise, cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 1000, 100
Number = float | int | None
Format = Callable[[Number], str]


def whole(value: Number) -> str:
    """As "1,234"; "–" for nothing."""
    return "–" if value is None else number_format(round(value), force_grouping=True)


def decimal(value: float, places: int) -> str:
    """A rounded number in the reader's language; Django's own function would only cut it off."""
    return number_format(round(value, places), places)


def duration(value: Number) -> str:
    """Seconds as "120 ms" or "1.5 s"; "–" for nothing."""
    if value is None:
        return "–"
    if value >= 1:
        return _("%(number)s s") % {"number": decimal(value, 1)}
    return _("%(number)s ms") % {"number": decimal(value * 1000, 0 if value >= 0.01 else 1)}


@dataclass(frozen=True, slots=True)
class Series:
    """Values for each label of a chart; None where there is none. ``tone`` is 1 to 4."""

    label: str | Promise
    values: Sequence[Number]
    tone: int = 1
    kind: Literal["bars", "line"] = "line"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series with its shapes: bars, or the path of a line, which is broken where there is no value."""

    label: str | Promise
    tone: int
    bars: list[Bar]
    path: str
    latest: str

    @property
    def rectangles(self) -> SafeString:
        """The bars in SVG."""
        return mark_safe(
            "".join(
                f'<rect x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}"></rect>'
                for bar in self.bars
            )
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """What belongs to one label: shown under the pointer, and a row of the table."""

    x: str
    width: str
    label: str
    values: list[str]
    text: str


class Chart:
    """Some series over the same labels, with one scale that begins at zero."""

    def __init__(
        self,
        name: str,
        title: str | Promise,
        labels: Sequence[str],
        series: Sequence[Series],
        *,
        form: Format = whole,
        heading: str | Promise = "",
        is_under_way: bool = False,
    ) -> None:
        """With ``is_under_way``, the last value is not complete, and the one before it is the latest."""
        self.name, self.title, self.labels, self.heading = name, title, labels, heading
        self._latest = -2 if is_under_way else -1
        self._given, self._form = series, form
        values = [value for one in series for value in one.values if value]
        self._top = nice_ceiling(max(values, default=0))
        self.is_empty = not values

    @property
    def top(self) -> str:
        """The end of the scale."""
        return self._form(self._top)

    @cached_property
    def series(self) -> list[Drawn]:
        """What to draw, in order."""
        return [self._drawn(one) for one in self._given]

    @cached_property
    def slots(self) -> list[Slot]:
        """One for each label."""
        step = WIDTH / max(1, len(self.labels))
        found = []
        for position, label in enumerate(self.labels):
            values = [self._form(one.values[position]) for one in self._given]
            pairs = zip(self._given, values, strict=True)
            text = ", ".join(f"{one.label}: {value}" for one, value in pairs)
            found.append(Slot(_n(position * step), _n(step), label, values, f"{label} – {text}"))
        return found

    @property
    def slot_rectangles(self) -> SafeString:
        """The slots in SVG, each with its text."""
        return mark_safe(
            "".join(
                f'<rect class="mkt-slot" x="{slot.x}" y="0" width="{slot.width}" height="100">'
                f"<title>{escape(slot.text)}</title></rect>"
                for slot in self.slots
            )
        )

    @property
    def rows(self) -> SafeString:
        """The slots as rows of the table."""
        return mark_safe(
            "\n".join(
                f'<tr><th scope="row">{escape(slot.label)}</th>'
                + "".join(f'<td class="mkt-number">{escape(value)}</td>' for value in slot.values)
                + "</tr>"
                for slot in self.slots
            )
        )

    @property
    def summary(self) -> str:
        """One sentence for those who do not see it."""
        parts = [
            _("%(label)s: latest %(latest)s, most %(most)s")
            % {
                "label": one.label,
                "latest": self._latest_of(one),
                "most": self._form(max((v for v in one.values if v is not None), default=None)),
            }
            for one in self._given
        ]
        return "; ".join(parts)

    def _drawn(self, one: Series) -> Drawn:
        latest = self._latest_of(one)
        if one.kind == "line":
            return Drawn(one.label, one.tone, [], self._path(one.values), latest)
        return Drawn(one.label, one.tone, self._bars(one.values), "", latest)

    def _latest_of(self, one: Series) -> str:
        return self._form(one.values[self._latest] if len(one.values) >= 2 else None)

    def _bars(self, values: Sequence[Number]) -> list[Bar]:
        step = WIDTH / max(1, len(values))
        bars = []
        for position, value in enumerate(values):
            if value:
                height = max(1.0, value / self._top * HEIGHT)
                x = position * step + step * 0.12
                bars.append(Bar(_n(x), _n(HEIGHT - height), _n(step * 0.76), _n(height)))
        return bars

    def _path(self, values: Sequence[Number]) -> str:
        step = WIDTH / max(1, len(values))
        parts: list[str] = []
        is_drawing = False
        for position, value in enumerate(values):
            if value is None:
                is_drawing = False
                continue
            point = f"{_n((position + 0.5) * step)} {_n(HEIGHT - value / self._top * HEIGHT)}"
            # A single point is a line of no length, which round ends make visible.
            parts.append(f"L{point}" if is_drawing else f"M{point}h0")
            is_drawing = True
        return "".join(parts)


def nice_ceiling(value: float) -> float:
    """The smallest 1, 2, 4, 5 or 8 times a power of ten that is not below ``value``; 1 for nothing."""
    if value <= 0:
        return 1
    power: float = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= value * 0.999999)


def _n(value: float) -> str:
    """A number in SVG, whatever the language."""
    text = f"{value:.1f}"
    return text.rstrip("0").rstrip(".")

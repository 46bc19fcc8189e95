"""Everyday technology: sound, cards with holes, clocks, radio, switches."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, down_to, moved, polar, ridge, smooth, spread, wave
from .palettes import Palette, mix


def ridgelines(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Twenty-four hours of a street's noise, one line each."""
    canvas.fade(mix(inks.spark, inks.paper, 0.55), mix(inks.accent, inks.spark, 0.5))
    hours = [inks.spark, inks.accent, mix(inks.accent, inks.deep, 0.6), inks.deep, inks.ink]
    for row, y in enumerate(spread(230, 900, 24)):
        loud = 0.35 + abs(math.sin(row / 3.7))
        peaks = [
            (rng.uniform(0, 1600), rng.uniform(30, 110), rng.uniform(14, 92) * loud)
            for _ in range(11)
        ]
        line = [(x, y - _noise(x, peaks)) for x in range(-6, 1612, 6)]
        place = row / 23 * (len(hours) - 1)
        low = min(int(place), len(hours) - 2)
        tone = mix(hours[low], hours[low + 1], place - low)
        canvas.area(down_to(line), tone)
        canvas.line(line, mix(tone, inks.paper, 0.45), 3)


def _noise(x: float, peaks: list[tuple[float, float, float]]) -> float:
    """How loud it is at ``x``: a sum of passing bells."""
    return sum(size * math.exp(-(((x - at) / reach) ** 2)) for at, reach, size in peaks)


def punch_cards(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A laced chain of loom cards: a program you can hold up to the light."""
    canvas.fade(mix(inks.deep, inks.ink, 0.3), inks.ink)
    for column, left in enumerate((70, 460, 850, 1240)):
        for row in range(-1, 7):
            top = row * 148 + (column % 2) * 60
            _card(canvas, inks, rng, (left, top), row, column)
        for x in (left + 34, left + 256):
            for y in range(-60, 960, 37):
                canvas.line([(x - 7, y), (x + 7, y + 18)], inks.accent, 5, round_ends=True)


def _card(canvas: Canvas, inks: Palette, rng: Random, corner: Point, row: int, column: int) -> None:
    x, y = corner
    outline = [(x, y), (x + 290, y), (x + 290, y + 136), (x, y + 136)]
    canvas.shadow(outline, offset=(8, 12), blur=8, opacity=0.4)
    canvas.area(
        outline,
        (inks.paper, mix(inks.paper, inks.light, 0.5), mix(inks.paper, inks.spark, 0.35))[
            (row + column) % 3
        ],
    )
    for line in range(6):
        for hole in range(11):
            wave_height = math.sin((hole + row * 2.3) / 2.1) * 2.3 + 2.6
            punched = abs(line - wave_height) < 1.0 or (hole * 7 + line * 3 + row) % 13 == 0
            spot = (x + 62 + hole * 16.8, y + 20 + line * 19)
            canvas.disc(*spot, 6.2, inks.ink if punched else inks.mid, 1 if punched else 0.16)


def clocks(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Station clocks, all of them nearly right."""
    canvas.fade(mix(inks.light, inks.paper, 0.25), inks.light)
    faces = [inks.paper, inks.spark, inks.ink, inks.accent, inks.paper, inks.deep]
    for row, y in enumerate((165, 450, 735)):
        for column, x in enumerate(spread(130, 1470, 6)):
            face = faces[(row * 4 + column) % 6]
            dark = face in (inks.ink, inks.deep, inks.accent)
            canvas.shadow(
                [polar((x, y), 112, angle) for angle in range(0, 360, 10)],
                offset=(12, 16),
                blur=12,
                opacity=0.3,
            )
            canvas.disc(x, y, 114, inks.ink if not dark else inks.paper)
            canvas.disc(x, y, 103, face)
            _dial(
                canvas,
                inks,
                (x, y),
                inks.paper if dark else inks.ink,
                8 * 60 + 52 + rng.randint(-5, 5) * (0 if (row, column) == (1, 3) else 1),
                (row + column) % 3,
            )


def _dial(
    canvas: Canvas, inks: Palette, centre: Point, tone: str, minutes: int, style: int
) -> None:
    for mark in range(60 if style == 1 else 12):
        degrees = mark * (6 if style == 1 else 30)
        long = degrees % 90 == 0
        if style == 2 and not long:
            canvas.disc(*polar(centre, 84, degrees), 5, tone)
        else:
            canvas.line(
                [polar(centre, 70 if long else 80, degrees), polar(centre, 93, degrees)],
                tone,
                8 if long else 4,
            )
    canvas.line([centre, polar(centre, 52, minutes / 720 * 360 - 90)], tone, 12, round_ends=True)
    canvas.line([centre, polar(centre, 80, minutes % 60 * 6 - 90)], tone, 8, round_ends=True)
    accent = inks.accent if tone == inks.ink else inks.spark
    canvas.line([polar(centre, -20, 64), polar(centre, 78, 64)], accent, 3.5)
    canvas.disc(*centre, 9, accent)


def radio(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A mast on the last hill, talking to every kitchen at once."""
    canvas.fade(mix(inks.accent, inks.paper, 0.72), mix(inks.spark, inks.paper, 0.4))
    mast = (1050.0, 300.0)
    tones = [inks.accent, inks.spark, inks.mid, inks.light]
    for index in range(13, 0, -1):
        canvas.disc(*mast, 44 + index * 92, mix(tones[index % 4], inks.paper, 0.18 + index * 0.035))
        canvas.disc(*mast, 44 + index * 92 - 40, mix(inks.paper, tones[(index + 1) % 4], 0.16))
    for layer in range(3):
        line = wave(rng, height=46, length=980)
        bump = [
            (x, y - 120 * math.exp(-(((x - 1050) / 330) ** 2)) * (layer == 1))
            for x, y in ridge(line, 640 + layer * 90)
        ]
        canvas.area(down_to(bump), inks.ramp(0.62 + layer * 0.19))
        if layer == 0:
            _lattice(canvas, inks, mast)
        if layer == 2:
            for x, y in bump[14::23]:
                _homestead(canvas, inks, (x, y + 10))


def _lattice(canvas: Canvas, inks: Palette, top: Point) -> None:
    x, y = top
    for share, nxt in zip(spread(0, 0.9, 10), spread(0.1, 1, 10), strict=True):
        a, b = 8 + share * 44, 8 + nxt * 44
        y0, y1 = y + share * 400, y + nxt * 400
        for start, end in (
            ((x - a, y0), (x + b, y1)),
            ((x + a, y0), (x - b, y1)),
            ((x - b, y1), (x + b, y1)),
        ):
            canvas.line([start, end], inks.ink, 4)
    for way in (-1, 1):
        canvas.line([(x + way * 8, y), (x + way * 52, y + 400)], inks.ink, 7)
    canvas.line([(x, y), (x, y - 110)], inks.ink, 6)
    canvas.disc(x, y - 112, 12, inks.accent)


def _homestead(canvas: Canvas, inks: Palette, foot: Point) -> None:
    x, y = foot
    canvas.box(x - 40, y - 44, x + 40, y + 20, inks.paper)
    canvas.area([(x - 50, y - 42), (x, y - 84), (x + 50, y - 42)], inks.accent)
    canvas.box(x - 24, y - 30, x - 6, y - 10, inks.ink)
    canvas.box(x + 8, y - 30, x + 26, y - 10, inks.spark)
    canvas.line([(x + 24, y - 64), (x + 24, y - 104)], inks.ink, 3)


def letterpress(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A type case: every piece mirrored, most of them a little worn."""
    canvas.box(0, 0, 1600, 900, mix(inks.ink, inks.deep, 0.3))
    y = 14.0
    while y < 900:
        high = rng.choice([118.0, 152.0, 186.0])
        x = -30.0
        while x < 1600:
            wide = rng.choice([96.0, 132.0, 168.0, 214.0])
            _compartment(canvas, inks, rng, (x, y, x + wide - 12, y + high - 12))
            x += wide
        y += high


def _compartment(
    canvas: Canvas, inks: Palette, rng: Random, frame: tuple[float, float, float, float]
) -> None:
    left, top, right, foot = frame
    canvas.box(left, top, right, foot, mix(inks.ink, "#000000", 0.35))
    tone = rng.choice([inks.accent, inks.spark, inks.light, inks.paper, inks.mid])
    canvas.box(left + 10, top + 10, right - 10, foot - 10, tone, corner=6)
    canvas.box(left + 10, foot - 22, right - 10, foot - 10, inks.ink, 0.25, corner=6)
    x, y = (left + right) / 2, (top + foot) / 2 - 6
    size = min(right - left, foot - top) * 0.3
    _glyph(canvas, inks, (x, y), size, rng.randrange(7), tone)


def _glyph(
    canvas: Canvas, inks: Palette, centre: Point, size: float, style: int, ground: str
) -> None:
    x, y = centre
    dark = inks.ink
    if style == 0:
        canvas.ring(x, y, size, dark, size * 0.42)
    elif style == 1:
        canvas.area(
            moved(
                [(-0.9, 1), (-0.2, -1), (0.2, -1), (0.9, 1), (0.45, 1), (0, -0.3), (-0.45, 1)],
                centre,
                size,
            ),
            dark,
        )
    elif style == 2:
        canvas.box(x - size * 0.8, y - size, x - size * 0.35, y + size, dark)
        canvas.box(x + size * 0.35, y - size, x + size * 0.8, y + size, dark)
        canvas.box(x - size * 0.8, y - size * 0.2, x + size * 0.8, y + size * 0.2, dark)
    elif style == 3:
        canvas.slice(x - size * 0.5, y, size, (-90, 90), dark)
        canvas.slice(x - size * 0.5, y, size * 0.5, (-90, 90), ground)
        canvas.box(x - size * 0.9, y - size, x - size * 0.45, y + size, dark)
    elif style == 4:
        canvas.line(
            moved(
                smooth(
                    [(0.7, -0.7), (0, -1), (-0.6, -0.5), (0, 0), (0.6, 0.5), (0, 1), (-0.7, 0.7)], 8
                ),
                centre,
                size,
            ),
            dark,
            size * 0.4,
        )
    elif style == 5:
        for degrees in (0, 60, 120):
            canvas.line(
                [polar(centre, size, degrees), polar(centre, -size, degrees)], dark, size * 0.3
            )
    else:
        canvas.area(
            moved(
                [
                    (-0.8, -1),
                    (0.8, -1),
                    (0.8, -0.55),
                    (0.25, -0.55),
                    (0.25, 1),
                    (-0.25, 1),
                    (-0.25, -0.55),
                    (-0.8, -0.55),
                ],
                centre,
                size,
            ),
            dark,
        )

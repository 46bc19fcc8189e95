"""Before the table: jars, fish, market crates."""

from __future__ import annotations

from random import Random

from .canvas import Canvas
from .geometry import Point, leaf, moved, smooth, spread
from .palettes import Palette, mix


def jars(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """September on a shelf."""
    canvas.fade(mix(inks.deep, inks.ink, 0.2), inks.ink)
    for plank in range(0, 1600, 100):
        canvas.line([(plank, 0), (plank, 900)], "#000000", 3, 0.16)
    fills = [
        inks.accent,
        inks.spark,
        mix(inks.mid, inks.spark, 0.3),
        inks.mid,
        mix(inks.accent, inks.deep, 0.5),
        mix(inks.spark, inks.accent, 0.5),
    ]
    for shelf, board in enumerate((430, 840)):
        for index, x in enumerate(spread(150, 1450, 7)):
            high = 250 + 50 * ((index * 2 + shelf) % 3)
            _jar(
                canvas,
                inks,
                rng,
                (x, board),
                (156, high),
                fills[(index + shelf * 2) % len(fills)],
                (index + shelf) % 3,
            )
        canvas.box(0, board, 1600, board + 26, mix(inks.spark, inks.deep, 0.45))
        canvas.box(0, board + 26, 1600, board + 44, "#000000", 0.25)


def _jar(
    canvas: Canvas,
    inks: Palette,
    rng: Random,
    foot: Point,
    size: tuple[float, float],
    fill: str,
    style: int,
) -> None:
    x, board = foot
    half, high = size[0] / 2, size[1]
    top = board - high
    canvas.box(x - half, top, x + half, board, mix(inks.light, inks.mid, 0.3), 0.6, corner=24)
    canvas.box(x - half + 8, top + 34, x + half - 8, board - 8, fill, corner=18)
    _contents(canvas, inks, rng, (x - half + 22, top + 56, x + half - 22, board - 24), fill, style)
    canvas.box(x - half + 15, top + 30, x - half + 27, board - 26, "#ffffff", 0.4, corner=6)
    canvas.box(
        x - half + 12,
        top - 30,
        x + half - 12,
        top + 12,
        inks.paper if style else inks.spark,
        corner=8,
    )
    if style == 2:
        cloth = [
            (x - half - 6, top + 20),
            (x - half + 12, top - 30),
            (x + half - 12, top - 30),
            (x + half + 6, top + 20),
        ]
        canvas.area(cloth, inks.accent)
        for share in spread(0.12, 0.88, 6):
            canvas.line(
                [
                    (x - half + 12 + share * (2 * half - 24), top - 30),
                    (x - half - 6 + share * (2 * half + 12), top + 20),
                ],
                inks.paper,
                4,
            )
    label = top + high * 0.52
    canvas.box(x - 46, label, x + 46, label + 66, inks.paper, corner=5)
    for line, reach in ((20, 30), (34, 22), (48, 26)):
        canvas.line([(x - reach, label + line), (x + reach, label + line)], inks.ink, 4, 0.65)


def _contents(
    canvas: Canvas,
    inks: Palette,
    rng: Random,
    frame: tuple[float, float, float, float],
    fill: str,
    style: int,
) -> None:
    left, top, right, foot = frame
    dark = mix(fill, inks.ink, 0.28)
    if style == 0:
        for row, y in enumerate(spread(top, foot, 8)):
            for x in spread(left + (8 if row % 2 else 0), right - (0 if row % 2 else 8), 4):
                canvas.disc(x, y, 15, dark)
                canvas.disc(x - 4, y - 4, 4, inks.paper, 0.6)
    elif style == 1:
        for x in spread(left + 4, right - 4, 5):
            canvas.box(x - 9, top + rng.uniform(0, 26), x + 9, foot, dark, corner=9)
    else:
        for y in spread(top + 12, foot - 12, 4):
            for x in (left + 24, right - 24):
                canvas.disc(x, y, 25, dark)
                for piece in range(6):
                    canvas.slice(
                        x, y, 20, (piece * 60 + 5, piece * 60 + 55), mix(fill, inks.paper, 0.35)
                    )


def fishes(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A shoal in formation; one of them has other plans."""
    canvas.fade(mix(inks.deep, inks.ink, 0.15), inks.ink)
    for row, y in enumerate(spread(90, 810, 5)):
        way = 1 if row % 2 else -1
        for column, x in enumerate(spread(20, 1580, 6)):
            contrary = row == 2 and column == 3
            tone = (
                inks.accent if contrary else (inks.light, inks.mid, inks.spark)[(row + column) % 3]
            )
            _fish(canvas, inks, (x + (60 if row % 2 else -50), y), -way if contrary else way, tone)


def _fish(canvas: Canvas, inks: Palette, centre: Point, way: int, tone: str) -> None:
    def place(points: list[Point]) -> list[Point]:
        return [(centre[0] + way * px, centre[1] + py) for px, py in points]

    body = smooth(
        [
            (116, 0),
            (70, -42),
            (0, -54),
            (-70, -26),
            (-96, -8),
            (-96, 8),
            (-70, 26),
            (0, 54),
            (70, 42),
        ],
        8,
        closed=True,
    )
    canvas.area(place([(-88, 0), (-142, -50), (-126, 0), (-142, 50)]), mix(tone, inks.ink, 0.3))
    canvas.area(place([(30, -50), (-20, -82), (-40, -44)]), mix(tone, inks.ink, 0.3))
    canvas.area(place([(10, 52), (-24, 74), (-34, 44)]), mix(tone, inks.ink, 0.3))
    canvas.area(place(body), tone)
    canvas.area(place([(px, max(py, 6)) for px, py in body]), inks.paper, 0.45)
    for column in range(5):
        for lane in range(-2, 3):
            x, y = 34 - column * 24 - (12 if lane % 2 else 0), lane * 15
            if abs(y) < 44 - column * 6:
                point = place([(x, y)])[0]
                canvas.arc(*point, 10, (90, 270) if way == 1 else (270, 450), inks.ink, 3, 0.5)
    canvas.line(place(smooth([(66, -40), (52, 0), (66, 40)])), inks.ink, 4, 0.6)
    canvas.disc(*place([(86, -10)])[0], 9, inks.paper)
    canvas.disc(*place([(88, -10)])[0], 5, inks.ink)


def market(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """One stall, ten crates, before the first customer."""
    canvas.fade(mix(inks.paper, inks.light, 0.3), inks.light)
    for index in range(16):
        x, tone = index * 100, inks.deep if index % 2 else inks.paper
        canvas.area([(x, 0), (x + 100, 0), (x + 100, 190), (x, 190)], tone)
        canvas.slice(x + 50, 189, 50, (0, 180), tone)
        canvas.area([(x, 0), (x + 100, 0), (x + 100, 46), (x, 46)], inks.ink, 0.16)
    for bulb in spread(160, 1440, 5):
        canvas.line([(bulb, 0), (bulb, 290)], inks.ink, 3)
        canvas.glow(bulb, 306, 110, inks.paper, 0.8)
        canvas.disc(bulb, 306, 17, inks.paper)
    fruits = [inks.deep, inks.mid, inks.spark, inks.ink, inks.accent]
    for row in range(2):
        for column in range(5):
            left, top = 50 + column * 306, 386 + row * 256
            _crate(
                canvas,
                inks,
                rng,
                (left, top, left + 276, top + 214),
                fruits[(column + row * 2) % 5],
                (column + row) % 3,
            )


def _crate(
    canvas: Canvas,
    inks: Palette,
    rng: Random,
    frame: tuple[float, float, float, float],
    tone: str,
    style: int,
) -> None:
    left, top, right, foot = frame
    wood = mix(inks.mid, inks.paper, 0.4)
    canvas.box(left, top, right, foot, mix(wood, inks.ink, 0.55))
    for row in range(4):
        for column in range(6):
            x, y = left + 28 + column * 44 + (10 if row % 2 else -4), top + 18 + row * 30
            _produce(canvas, inks, rng, (x, y), tone, style)
    for y in (top + 116, top + 166):
        canvas.box(left - 6, y, right + 6, y + 42, wood)
        canvas.line([(left, y + 14), (right - 40, y + 14)], mix(wood, inks.ink, 0.3), 2.5, 0.6)
    for x in (left - 2, right - 18):
        canvas.box(x, top + 104, x + 20, foot, mix(wood, inks.ink, 0.2))
    canvas.box(
        (left + right) / 2 - 50, top + 126, (left + right) / 2 + 50, top + 194, inks.paper, corner=4
    )
    canvas.line(
        [((left + right) / 2 - 30, top + 150), ((left + right) / 2 + 30, top + 150)], inks.ink, 6
    )
    canvas.line(
        [((left + right) / 2 - 18, top + 170), ((left + right) / 2 + 18, top + 170)],
        inks.ink,
        4,
        0.6,
    )


def _produce(
    canvas: Canvas, inks: Palette, rng: Random, spot: Point, tone: str, style: int
) -> None:
    x, y = spot
    tint = mix(tone, inks.paper, rng.uniform(0, 0.2))
    if style == 0:
        canvas.disc(x, y, 26, tint)
        canvas.disc(x - 8, y - 9, 6, inks.paper, 0.55)
        canvas.line([(x, y - 22), (x + 5, y - 32)], inks.ink, 4)
    elif style == 1:
        for half, way in zip(
            leaf((x - 4, y + 24), 62, 40, -90 + rng.uniform(-24, 24)), (0.0, 0.2), strict=True
        ):
            canvas.area(half, mix(tint, inks.ink, way))
    else:
        canvas.area(
            smooth(
                moved([(-18, 22), (-25, -6), (-8, -26), (10, -26), (25, -4), (18, 22)], (x, y)),
                6,
                closed=True,
            ),
            tint,
        )
        canvas.area(
            [(x - 14, y - 22), (x, y - 38), (x + 14, y - 22), (x, y - 17)],
            inks.accent if tone != inks.accent else inks.spark,
        )

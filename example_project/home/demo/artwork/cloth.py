"""Cloth: woven, pieced and dyed."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, polar, spread
from .palettes import Palette, mix


def weave(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A herringbone twill, close enough to count the threads."""
    cell = 25
    canvas.box(0, 0, 1600, 900, inks.ink)
    stripes = (
        [inks.accent] * 2
        + [inks.paper] * 6
        + [inks.spark] * 3
        + [inks.paper] * 5
        + [inks.light] * 4
    )
    for row in range(900 // cell):
        weft = inks.deep if row % 18 not in (7, 8) else inks.accent
        for column in range(1600 // cell):
            bend = column % 16
            climb = bend if bend < 8 else 15 - bend
            over = (row + climb) % 4 < 2
            warp = stripes[column % len(stripes)]
            _crossing(
                canvas,
                inks,
                (column * cell, row * cell),
                cell,
                warp if over else weft,
                upright=over,
            )


def _crossing(
    canvas: Canvas, inks: Palette, corner: Point, cell: float, tone: str, *, upright: bool
) -> None:
    """The thread on top, rounded by a light and a dark edge."""
    x, y = corner
    canvas.box(x + 1, y + 1, x + cell - 1, y + cell - 1, tone, corner=5)
    if upright:
        canvas.box(x + 4, y + 2, x + 8, y + cell - 2, "#ffffff", 0.2)
        canvas.box(x + cell - 8, y + 2, x + cell - 2, y + cell - 2, inks.ink, 0.22)
    else:
        canvas.box(x + 2, y + 4, x + cell - 2, y + 8, "#ffffff", 0.14)
        canvas.box(x + 2, y + cell - 8, x + cell - 2, y + cell - 2, inks.ink, 0.26)


def quilt(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Sixteen patches a block, and one block sewn in the wrong way round on purpose."""
    side = 150
    tones = [inks.accent, inks.deep, inks.spark, inks.mid, inks.ink]
    canvas.box(0, 0, 1600, 900, inks.paper)
    for row in range(6):
        for column in range(11):
            style = (row + column) % 3
            tone = tones[(row * 2 + column) % len(tones)]
            second = tones[(row + column * 3 + 2) % len(tones)]
            _patch(canvas, inks, (column * side - 25, row * side), side, style, tone, second)
    for row in range(1, 6):
        _stitches(canvas, (0, row * side), (1600, row * side), inks)
    for column in range(1, 11):
        _stitches(canvas, (column * side - 25, 0), (column * side - 25, 900), inks)


def _patch(
    canvas: Canvas, inks: Palette, corner: Point, side: float, style: int, tone: str, second: str
) -> None:
    x, y = corner
    half, middle = side / 2, (x + side / 2, y + side / 2)
    canvas.box(x, y, x + side, y + side, inks.paper if style else inks.light)
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    edges = [(x + half, y), (x + side, y + half), (x + half, y + side), (x, y + half)]
    if style == 0:
        for turn in range(4):
            canvas.area([corners[turn], edges[turn], middle], tone)
            canvas.area(
                [edges[turn], corners[(turn + 1) % 4], middle],
                inks.paper if turn % 2 else second,
                0.9,
            )
    elif style == 1:
        canvas.area(edges, tone)
        inner = [((px + middle[0]) / 2, (py + middle[1]) / 2) for px, py in corners]
        canvas.area(inner, second)
        canvas.area([((px + middle[0]) / 2, (py + middle[1]) / 2) for px, py in edges], inks.paper)
    else:
        for band, colour in enumerate((tone, inks.paper, second, inks.light, tone)):
            inset = band * side * 0.1
            canvas.box(x + inset, y + inset, x + side - inset, y + side - inset, colour)


def _stitches(canvas: Canvas, start: Point, end: Point, inks: Palette) -> None:
    count = int(math.dist(start, end) / 16)
    for share in range(count):
        a, b = share / count, (share + 0.55) / count
        canvas.line(
            [
                (start[0] + (end[0] - start[0]) * a, start[1] + (end[1] - start[1]) * a),
                (start[0] + (end[0] - start[0]) * b, start[1] + (end[1] - start[1]) * b),
            ],
            inks.paper,
            3,
        )


def dye_line(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Five cloths from five dips of one vat, hung in order."""
    canvas.fade(mix(inks.paper, inks.light, 0.25), inks.paper)
    canvas.area([(0, 820), (1600, 790), (1600, 900), (0, 900)], mix(inks.light, inks.mid, 0.2))
    rope = [(x, 120 + 34 * math.sin(math.pi * x / 1600)) for x in range(-20, 1640, 20)]
    canvas.line(rope, inks.ink, 5)
    for index, x in enumerate(spread(90, 1250, 5)):
        top = 122 + 34 * math.sin(math.pi * (x + 130) / 1600)
        _cloth(canvas, inks, rng, (x, top, 258, 560 + 30 * math.sin(index * 1.7)), index)


def _cloth(
    canvas: Canvas, inks: Palette, rng: Random, frame: tuple[float, float, float, float], dips: int
) -> None:
    x, top, wide, high = frame
    sway = [
        (px, top + high + 9 * math.sin(px / 34 + dips)) for px in spread(x + wide + 8, x - 8, 24)
    ]
    shape = [(x, top), (x + wide, top), *sway]
    canvas.shadow(shape, offset=(22, 24), blur=18, opacity=0.22)
    pale, dark = inks.ramp(0.16 + dips * 0.12), inks.ramp(0.4 + dips * 0.15)
    canvas.faded_area(shape, pale, dark)
    canvas.area(
        [(x, top), (x + 22, top), (x + 10, top + high), (x - 6, top + high)], "#ffffff", 0.14
    )
    canvas.area(
        [
            (x + wide * 0.55, top),
            (x + wide * 0.66, top),
            (x + wide * 0.6, top + high),
            (x + wide * 0.5, top + high),
        ],
        inks.ink,
        0.07,
    )
    (_resist_rings, _resist_stripes, _resist_diamonds, _resist_dots, _resist_rings)[dips](
        canvas, inks, frame
    )
    for peg in (x + 26, x + wide - 40):
        canvas.box(peg, top - 20, peg + 14, top + 26, inks.spark, corner=4)
        canvas.line([(peg + 7, top - 18), (peg + 7, top + 22)], inks.ink, 2, 0.5)


def _resist_rings(canvas: Canvas, inks: Palette, frame: tuple[float, float, float, float]) -> None:
    x, top, wide, high = frame
    for row, y in enumerate(spread(top + 90, top + high - 84, 4)):
        for centre in (x + wide * 0.28, x + wide * 0.72) if row % 2 else (x + wide * 0.5,):
            for radius in (16, 30, 44):
                for degrees in range(0, 360, 12):
                    canvas.disc(
                        *polar((centre, y), radius, degrees + radius), 3.2, inks.paper, 0.88
                    )


def _resist_stripes(
    canvas: Canvas, inks: Palette, frame: tuple[float, float, float, float]
) -> None:
    x, top, wide, high = frame
    for index, y in enumerate(spread(top + 60, top + high - 40, 19)):
        points = [(px, y + 7 * math.sin(px / 17 + index)) for px in spread(x + 8, x + wide - 8, 40)]
        canvas.line(points, inks.paper, 2.5 + 3 * (index % 3 == 0), 0.75)


def _resist_diamonds(
    canvas: Canvas, inks: Palette, frame: tuple[float, float, float, float]
) -> None:
    x, top, wide, high = frame
    for row, y in enumerate(spread(top + 70, top + high - 60, 7)):
        for centre in spread(x + 44, x + wide - 44, 3):
            size = 36
            canvas.area(
                [(centre, y - size), (centre + size, y), (centre, y + size), (centre - size, y)],
                inks.paper,
                0.75,
            )
            core = inks.ramp(0.5 + row * 0.05)
            canvas.area(
                [(centre, y - 20), (centre + 20, y), (centre, y + 20), (centre - 20, y)], core
            )


def _resist_dots(canvas: Canvas, inks: Palette, frame: tuple[float, float, float, float]) -> None:
    x, top, wide, high = frame
    for row, y in enumerate(spread(top + 44, top + high - 36, 16)):
        for centre in spread(x + 26, x + wide - 26, 8):
            shift = 13 if row % 2 else 0
            if x + 14 < centre + shift < x + wide - 14:
                canvas.disc(centre + shift, y, 4 + 4 * abs(math.sin(row * 0.6)), inks.paper, 0.85)

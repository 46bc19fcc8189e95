"""Maps of towns: the plan of a quarter, the diagram of a network."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from .canvas import Canvas
from .geometry import Point, ribbon, smooth, spread, turned
from .palettes import Palette, mix

# The height field is computed this coarsely and enlarged smoothly.
FIELD = (128, 72)


def city_plan(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A figure-ground plan: courtyards, a park, and the river that was there first."""
    canvas.box(0, 0, 1600, 900, inks.paper)
    tilt = rng.uniform(-16, -9)
    for column in range(-2, 14):
        for row in range(-4, 12):
            left, top = column * 150 - 60, row * 120 - 80
            _quarter(canvas, inks, rng, (left, top, left + 132, top + 102), tilt)
    park = turned([(930, 180), (1340, 180), (1340, 400), (930, 400)], tilt, (800, 450))
    canvas.area(park, inks.accent)
    _park(canvas, inks, rng, tilt)
    _canal(canvas, inks)


def _quarter(
    canvas: Canvas,
    inks: Palette,
    rng: Random,
    block: tuple[float, float, float, float],
    tilt: float,
) -> None:
    """One block: houses around a yard, or a few long buildings."""
    left, top, right, bottom = block
    tone = rng.choices([inks.ink, inks.deep, mix(inks.deep, inks.ink, 0.5)], [3, 1, 2])[0]
    cut = [left, left + rng.uniform(38, 60), right - rng.uniform(30, 50), right]
    if rng.random() < 0.08:
        canvas.disc(
            *turned([((left + right) / 2, (top + bottom) / 2)], tilt, (800, 450))[0], 30, inks.spark
        )
        return
    for x0, x1 in pairwise(cut):
        depth = rng.uniform(24, 36)
        for y0, y1 in ((top, top + depth), (bottom - depth, bottom)):
            canvas.area(
                turned([(x0, y0), (x1 - 3, y0), (x1 - 3, y1), (x0, y1)], tilt, (800, 450)), tone
            )
    for x0, x1 in ((left, left + 26), (right - 29, right - 3)):
        canvas.area(
            turned([(x0, top), (x1, top), (x1, bottom), (x0, bottom)], tilt, (800, 450)), tone
        )
    if rng.random() < 0.4:
        middle = (left + right) / 2
        canvas.area(
            turned(
                [
                    (middle - 16, top + 40),
                    (middle + 22, top + 40),
                    (middle + 22, bottom - 40),
                    (middle - 16, bottom - 40),
                ],
                tilt,
                (800, 450),
            ),
            inks.mid,
        )


def _park(canvas: Canvas, inks: Palette, rng: Random, tilt: float) -> None:
    for _ in range(60):
        spot = turned([(rng.uniform(950, 1320), rng.uniform(198, 384))], tilt, (800, 450))[0]
        canvas.disc(*spot, rng.uniform(7, 15), mix(inks.accent, inks.ink, rng.uniform(0.15, 0.4)))
    path = smooth(
        turned([(930, 300), (1040, 260), (1130, 320), (1240, 270), (1340, 300)], tilt, (800, 450))
    )
    canvas.line(path, inks.paper, 8)
    pond = turned([(1130, 325)], tilt, (800, 450))[0]
    canvas.oval(*pond, 58, 32, inks.light)


def _canal(canvas: Canvas, inks: Palette) -> None:
    """The river, its quays and four bridges."""
    course = smooth(
        [
            (-60, 700),
            (200, 640),
            (420, 690),
            (640, 600),
            (800, 640),
            (1010, 720),
            (1250, 640),
            (1440, 560),
            (1700, 600),
        ],
        12,
    )
    canvas.area(ribbon(course, 132), inks.paper)
    canvas.area(ribbon(course, 104), inks.light)
    canvas.area(ribbon(course, 62), mix(inks.light, inks.mid, 0.3))
    for index in (18, 40, 62, 84):
        (x, y), (nx, ny) = course[index], course[index + 1]
        angle = math.degrees(math.atan2(ny - y, nx - x))
        canvas.area(
            turned(
                [(x - 13, y - 74), (x + 13, y - 74), (x + 13, y + 74), (x - 13, y + 74)],
                angle,
                (x, y),
            ),
            inks.paper,
        )
        canvas.area(
            turned(
                [(x - 4, y - 74), (x + 4, y - 74), (x + 4, y + 74), (x - 4, y + 74)], angle, (x, y)
            ),
            inks.spark,
        )


def transit(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A tram network as its passengers know it: all angles of forty-five degrees."""
    canvas.box(0, 0, 1600, 900, inks.paper)
    river: list[Point] = [(-50, 560), (330, 560), (520, 750), (900, 750), (1130, 520), (1700, 520)]
    _route(canvas, river, mix(inks.light, inks.paper, 0.35), 104)
    lines: list[tuple[str, list[Point]]] = [
        (inks.accent, [(110, 150), (430, 150), (720, 440), (1130, 440), (1400, 170), (1530, 170)]),
        (inks.deep, [(90, 680), (306, 464), (720, 464), (1130, 464), (1330, 664), (1330, 840)]),
        (inks.spark, [(560, -40), (560, 280), (860, 580), (860, 940)]),
        (inks.mid, [(140, 330), (300, 330), (620, 650), (1040, 650), (1280, 410), (1540, 410)]),
        (inks.ink, [(300, 40), (990, 40), (1130, 180), (1130, 700), (1000, 830), (620, 830)]),
    ]
    for colour, stops in lines:
        _route(canvas, stops, colour, 22)
        _stations(canvas, stops, inks, rng)
    for x, y in ((560, 280), (434, 464), (1130, 452), (860, 650), (720, 452), (1130, 560)):
        canvas.disc(x, y, 27, inks.ink)
        canvas.disc(x, y, 18, inks.paper)


def _route(canvas: Canvas, stops: list[Point], colour: str, width: float) -> None:
    """A line with rounded bends."""
    bent = [stops[0]]
    for before, corner, after in zip(stops, stops[1:], stops[2:], strict=False):
        start, end = _towards(corner, before, 60), _towards(corner, after, 60)
        bent += [
            (
                (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * corner[0] + t * t * end[0],
                (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * corner[1] + t * t * end[1],
            )
            for t in spread(0, 1, 10)
        ]
    bent.append(stops[-1])
    canvas.line(bent, colour, width, round_ends=True)


def _towards(start: Point, goal: Point, distance: float) -> Point:
    length = math.dist(start, goal)
    return start[0] + (goal[0] - start[0]) * distance / length, start[1] + (
        goal[1] - start[1]
    ) * distance / length


def _stations(canvas: Canvas, stops: list[Point], inks: Palette, rng: Random) -> None:
    for start, end in pairwise(stops):
        length = math.dist(start, end)
        for share in spread(0.28, 0.72, max(2, int(length / 120))):
            if length > 170:
                canvas.disc(
                    start[0] + (end[0] - start[0]) * share,
                    start[1] + (end[1] - start[1]) * share,
                    6.5,
                    inks.paper,
                )
    for x, y in (stops[0], stops[-1]):
        canvas.disc(x, y, 19, inks.ink)
        canvas.disc(x, y, 11, inks.paper)

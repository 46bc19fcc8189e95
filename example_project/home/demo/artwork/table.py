"""On the table: a loaf, a row of bowls."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, leaf, polar, regular, smooth, spread, turned
from .palettes import Palette, mix


def bread(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A country loaf on its cloth, scored like an ear of rye."""
    canvas.fade(mix(inks.deep, inks.ink, 0.35), mix(inks.deep, inks.ink, 0.1))
    for y in spread(60, 860, 9):
        line = [(x, y + 6 * math.sin(x / 210 + y)) for x in range(-20, 1640, 40)]
        canvas.line(line, inks.ink, 3, 0.35)
    cloth = turned([(420, 60), (1400, 60), (1400, 860), (420, 860)], -9, (900, 450))
    canvas.shadow(cloth, offset=(16, 22), blur=18, opacity=0.4)
    canvas.area(cloth, inks.paper)
    for x in (470, 496, 1330, 1356):
        canvas.line(turned([(x, 62), (x, 858)], -9, (900, 450)), inks.accent, 9)
    _loaf(canvas, inks, rng, (860, 460), 330)
    _knife(canvas, inks)
    for _ in range(220):
        spot = polar((860, 460), abs(rng.gauss(360, 120)), rng.uniform(0, 360))
        canvas.disc(*spot, rng.uniform(1, 3.6), "#ffffff", 0.7)


def _loaf(canvas: Canvas, inks: Palette, rng: Random, centre: Point, radius: float) -> None:
    crust = smooth(
        [polar(centre, radius * rng.uniform(0.97, 1.03), angle) for angle in range(0, 360, 20)],
        8,
        closed=True,
    )
    canvas.shadow(crust, offset=(20, 28), blur=26, opacity=0.5)
    brown = mix(inks.deep, inks.mid, 0.25)
    for step, share in enumerate(spread(1, 0.5, 7)):
        tone = mix(brown, mix(inks.mid, inks.spark, 0.45), step / 6)
        canvas.area(
            [
                (
                    centre[0] + (x - centre[0]) * share - step * 4,
                    centre[1] + (y - centre[1]) * share - step * 5,
                )
                for x, y in crust
            ],
            tone,
        )
    for ring in (0.9, 0.76, 0.62):
        for degrees in range(0, 360, 3):
            canvas.disc(
                *polar(centre, radius * ring + rng.gauss(0, 5), degrees + rng.uniform(-2, 2)),
                rng.uniform(1.4, 4),
                inks.paper,
                0.55,
            )
    crumb = mix(inks.paper, inks.spark, 0.3)
    stem = [polar(centre, radius * 0.74, 128), centre, polar(centre, radius * 0.76, -52)]
    canvas.line(smooth(stem), crumb, 15, round_ends=True)
    for share in spread(0.06, 0.86, 7):
        x = stem[0][0] + (stem[2][0] - stem[0][0]) * share
        y = stem[0][1] + (stem[2][1] - stem[0][1]) * share
        for way in (-1, 1):
            length = 150 * (1 - abs(share - 0.42) * 0.75)
            left, right = leaf((x, y), length, 42, -52 + way * 46)
            canvas.area(left + right[::-1], crumb)
            canvas.area(right, mix(inks.deep, inks.mid, 0.5), 0.5)


def _knife(canvas: Canvas, inks: Palette) -> None:
    blade = turned([(170, 210), (206, 196), (214, 560), (170, 560)], 7, (190, 450))
    handle = turned([(166, 560), (220, 560), (224, 800), (192, 822), (164, 800)], 7, (190, 450))
    canvas.shadow(blade, blur=10, opacity=0.4)
    canvas.area(blade, mix(inks.paper, inks.light, 0.3))
    canvas.area(
        turned([(170, 210), (182, 206), (184, 560), (170, 560)], 7, (190, 450)), "#ffffff", 0.5
    )
    canvas.area(handle, inks.spark)
    for y in (610, 690, 770):
        canvas.disc(*turned([(193, y)], 7, (190, 450))[0], 8, inks.ink)


def bowls(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A laid table from straight above."""
    canvas.box(0, 0, 1600, 900, mix(inks.light, inks.paper, 0.35))
    runner = [(0, 300), (1600, 240), (1600, 660), (0, 720)]
    canvas.area(runner, mix(inks.accent, inks.paper, 0.15))
    for offset in (26, 44, 376, 394):
        canvas.line([(0, 300 + offset), (1600, 240 + offset)], inks.paper, 6, 0.9)
    places = [
        (250, 250, 190),
        (700, 200, 150),
        (1130, 300, 210),
        (1480, 130, 130),
        (480, 640, 205),
        (930, 690, 165),
        (1370, 690, 200),
        (110, 690, 130),
    ]
    fillings = (_berries, _citrus, _noodles, _eggs, _greens, _berries, _citrus, _noodles)
    glazes = [
        inks.ink,
        inks.spark,
        inks.paper,
        inks.deep,
        inks.accent,
        inks.paper,
        inks.deep,
        inks.spark,
    ]
    for (x, y, radius), glaze, fill in zip(places, glazes, fillings, strict=True):
        canvas.shadow(regular((x, y), radius, 36), offset=(14, 22), blur=16, opacity=0.35)
        canvas.disc(x, y, radius, glaze)
        canvas.ring(x, y, radius * 0.95, mix(glaze, inks.paper, 0.4), 5, 0.8)
        canvas.disc(x, y, radius * 0.84, mix(glaze, inks.ink, 0.35))
        fill(canvas, inks, rng, (x, y), radius * 0.76)


def _berries(canvas: Canvas, inks: Palette, rng: Random, centre: Point, radius: float) -> None:
    canvas.disc(*centre, radius, mix(inks.accent, inks.ink, 0.5))
    for index in range(90):
        spot = polar(centre, radius * 0.9 * math.sqrt(index / 90), index * 137.5)
        tone = rng.choice(
            [inks.accent, mix(inks.accent, inks.ink, 0.25), mix(inks.deep, inks.accent, 0.3)]
        )
        canvas.disc(*spot, radius * 0.115, tone)
        canvas.disc(spot[0] - 4, spot[1] - 4, radius * 0.03, inks.paper, 0.8)


def _citrus(canvas: Canvas, inks: Palette, rng: Random, centre: Point, radius: float) -> None:
    canvas.disc(*centre, radius, mix(inks.mid, inks.paper, 0.55))
    for index, angle in enumerate((20, 140, 262)):
        spot = polar(centre, radius * 0.47, angle)
        tone = inks.spark if index != 1 else mix(inks.accent, inks.spark, 0.4)
        canvas.disc(*spot, radius * 0.45, tone)
        canvas.disc(*spot, radius * 0.385, inks.paper)
        for piece in range(8):
            start = angle + piece * 45
            canvas.slice(
                *spot, radius * 0.345, (start + 4, start + 41), mix(tone, inks.paper, 0.15)
            )


def _noodles(canvas: Canvas, inks: Palette, rng: Random, centre: Point, radius: float) -> None:
    canvas.disc(*centre, radius, mix(inks.spark, inks.accent, 0.35))
    for index in range(16):
        start = rng.uniform(0, 360)
        canvas.arc(
            *centre,
            radius * (0.16 + index * 0.05),
            (start, start + rng.uniform(170, 300)),
            mix(inks.paper, inks.spark, 0.3),
            6,
        )
    for angle in (200, 235):
        left, right = leaf(polar(centre, radius * 0.2, angle), radius * 0.6, radius * 0.26, angle)
        canvas.area(left, inks.deep)
        canvas.area(right, mix(inks.deep, inks.ink, 0.4))


def _eggs(canvas: Canvas, inks: Palette, rng: Random, centre: Point, radius: float) -> None:
    canvas.disc(*centre, radius, mix(inks.mid, inks.paper, 0.3))
    for angle in (30, 150, 270):
        spot = polar(centre, radius * 0.44, angle)
        canvas.oval(*spot, radius * 0.42, radius * 0.36, "#ffffff", 0.95)
        canvas.disc(*spot, radius * 0.19, inks.spark)


def _greens(canvas: Canvas, inks: Palette, rng: Random, centre: Point, radius: float) -> None:
    canvas.disc(*centre, radius, mix(inks.deep, inks.ink, 0.5))
    for _ in range(34):
        spot = polar(centre, radius * rng.uniform(0, 0.5), rng.uniform(0, 360))
        angle = math.degrees(math.atan2(spot[1] - centre[1], spot[0] - centre[0])) + rng.uniform(
            -40, 40
        )
        left, right = leaf(spot, radius * 0.5, radius * 0.28, angle)
        tone = rng.choice([inks.mid, inks.deep, mix(inks.mid, inks.spark, 0.35)])
        canvas.area(left, tone)
        canvas.area(right, mix(tone, inks.ink, 0.2))
    for _ in range(5):
        canvas.disc(
            *polar(centre, radius * rng.uniform(0.1, 0.7), rng.uniform(0, 360)),
            radius * 0.1,
            inks.accent,
        )

"""A meadow, starlings over reeds, herbs on a window sill."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, down_to, leaf, polar, ridge, smooth, spread, wave
from .herbarium import blade
from .palettes import Palette, mix


def meadow(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Standing in June up to the shoulders."""
    canvas.fade(mix(inks.light, inks.paper, 0.5), inks.paper)
    canvas.disc(1240, 240, 120, mix(inks.spark, inks.paper, 0.25))
    for depth in range(3):
        fade = 0.62 - depth * 0.31
        tones = [
            mix(tone, inks.paper, fade)
            for tone in (inks.deep, inks.mid, mix(inks.deep, inks.ink, 0.5))
        ]
        for _ in range(120):
            _grass(canvas, rng, rng.choice(tones), 0.62 + depth * 0.22)
        for x in spread(-20, 1620, 16):
            _flower(
                canvas,
                inks,
                rng,
                (x + rng.uniform(-46, 46), 640 - depth * 70 + rng.uniform(-190, 170)),
                0.55 + depth * 0.24,
                fade,
            )


def _grass(canvas: Canvas, rng: Random, tone: str, size: float) -> None:
    x, high, lean = rng.uniform(-40, 1640), rng.uniform(240, 520) * size, rng.uniform(-90, 90)
    canvas.area(
        [
            (x - 7 * size, 910),
            *smooth([(x - 4, 910 - high * 0.5), (x + lean, 910 - high)], 5),
            *smooth([(x + 6, 910 - high * 0.5), (x + 8 * size, 910)], 5),
        ],
        tone,
    )


def _flower(
    canvas: Canvas, inks: Palette, rng: Random, head: Point, size: float, fade: float
) -> None:
    x, y = head
    stalk = mix(inks.deep, inks.paper, fade)
    canvas.line(
        smooth(
            [(x, y), (x + rng.uniform(-14, 14), (y + 910) / 2), (x + rng.uniform(-30, 30), 910)], 8
        ),
        stalk,
        5 * size,
    )
    colour = mix(
        rng.choice([inks.accent, inks.spark, inks.paper, inks.accent]), inks.paper, fade * 0.8
    )
    style = rng.randrange(4)
    if style == 0:
        for angle in range(0, 360, 30):
            canvas.area(
                _petal((x, y), 46 * size, 17 * size, angle),
                colour if colour != inks.paper else "#ffffff",
            )
        canvas.disc(
            x, y, 14 * size, mix(inks.spark if colour != inks.spark else inks.ink, inks.paper, fade)
        )
    elif style == 1:
        for angle in (200, 270, 340):
            canvas.area(
                _petal((x, y + 8 * size), 62 * size, 46 * size, angle),
                mix(colour, inks.ink, 0.12 if angle == 270 else 0),
            )
    elif style == 2:
        for index in range(46):
            canvas.disc(
                *polar((x, y), 40 * size * math.sqrt(index / 46), index * 137.5), 3.6 * size, colour
            )
    else:
        for step in range(9):
            for way in (-1, 1):
                canvas.oval(
                    x + way * (7 + step * 0.9) * size,
                    y + (step * 17 - 60) * size,
                    8 * size,
                    11 * size,
                    colour,
                )


def _petal(base: Point, length: float, width: float, degrees: float) -> list[Point]:
    left, right = leaf(base, length, width, degrees)
    return left + right[::-1]


def starlings(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """The flock that turns over the reeds at dusk, four thousand strong, drawn honestly at two."""
    canvas.fade(mix(inks.mid, inks.light, 0.2), mix(inks.spark, inks.paper, 0.35), end=760)
    canvas.disc(340, 610, 130, inks.accent)
    body = smooth(
        [
            (380, 330),
            (620, 190),
            (880, 300),
            (1060, 210),
            (1330, 250),
            (1400, 400),
            (1180, 430),
            (960, 520),
            (700, 420),
            (500, 440),
        ],
        12,
        closed=True,
    )
    middle = (880.0, 340.0)
    for _ in range(2100):
        edge = rng.choice(body)
        share = rng.random() ** 0.55 * 1.06
        x = middle[0] + (edge[0] - middle[0]) * share + rng.gauss(0, 13)
        y = middle[1] + (edge[1] - middle[1]) * share + rng.gauss(0, 11)
        size = rng.uniform(3.4, 7.6)
        tilt = math.sin(x / 140) * 0.8
        canvas.area(
            [
                (x - size * 1.6, y - size * tilt - size * 0.5),
                (x, y),
                (x + size * 1.6, y + size * tilt - size * 0.5),
                (x, y + size * 0.75),
            ],
            inks.ink,
            rng.uniform(0.55, 0.95),
        )
    for layer in range(2):
        far = wave(rng, height=22, length=820)
        canvas.area(
            down_to(ridge(far, 720 + layer * 56)), mix(inks.deep, inks.mid, 0.45 - layer * 0.35)
        )
    _reeds(canvas, inks, rng)


def _reeds(canvas: Canvas, inks: Palette, rng: Random) -> None:
    for _ in range(150):
        x, high, lean = rng.uniform(-20, 1620), rng.uniform(90, 260), rng.uniform(-26, 40)
        tip = (x + lean, 905 - high)
        canvas.line(smooth([(x, 905), (x + lean * 0.3, 905 - high * 0.6), tip], 5), inks.ink, 3.4)
        if rng.random() < 0.4:
            canvas.line(
                [tip, (tip[0] - lean * 0.12, tip[1] + 42)],
                mix(inks.ink, inks.accent, 0.35),
                12,
                round_ends=True,
            )


def window_sill(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A kitchen window with herbs in front and weather behind."""
    canvas.box(0, 0, 1600, 900, mix(inks.light, inks.spark, 0.15))
    for x in range(0, 1600, 64):
        canvas.box(x, 0, x + 30, 900, inks.paper, 0.25)
    frame = (330, 70, 1270, 700)
    canvas.box(frame[0] - 34, frame[1] - 34, frame[2] + 34, frame[3] + 34, inks.paper)
    canvas.box(*frame, mix(inks.light, inks.paper, 0.45))
    canvas.disc(1010, 250, 84, inks.spark)
    for layer in range(3):
        line = wave(rng, height=50 - layer * 10, length=620)
        points = [
            (min(max(x, frame[0]), frame[2]), min(y, frame[3]))
            for x, y in ridge(line, 450 + layer * 84)
        ]
        canvas.area(down_to(points, frame[3]), inks.ramp(0.42 + layer * 0.2))
    for x in (330, 800, 1270):
        canvas.box(x - 13, frame[1], x + 13, frame[3], inks.paper)
    canvas.box(frame[0], 282, frame[2], 304, inks.paper)
    for side, rail in ((1, 190), (-1, 1410)):
        for fold in range(5):
            hung, free = rail + side * fold * 46, rail - side * 26 + side * fold * 40
            tone = mix(inks.accent, inks.paper, 0.16 * (fold % 2))
            canvas.area(
                [(hung, 36), (hung + side * 46, 36), (free + side * 40, 724), (free, 724)], tone
            )
    canvas.box(150, 30, 1450, 44, inks.ink, corner=7)
    canvas.box(200, 734, 1400, 778, mix(inks.paper, "#ffffff", 0.4))
    canvas.box(200, 778, 1400, 798, inks.ink, 0.16)
    for index, x in enumerate((430, 640, 860, 1120)):
        _potted(canvas, inks, rng, x, index)


def _potted(canvas: Canvas, inks: Palette, rng: Random, x: float, style: int) -> None:
    pot = (inks.accent, inks.paper, inks.spark, inks.ink)[style]
    high, half = 120 + 14 * (style % 2), 72 - 8 * (style % 2)
    green = (inks.deep, mix(inks.deep, inks.ink, 0.4), inks.deep, mix(inks.deep, inks.mid, 0.3))[
        style
    ]
    if style == 1:
        for angle in spread(-150, -30, 13):
            tip = polar((x, 640), 190 + rng.uniform(-24, 14), angle)
            canvas.line(
                smooth([(x, 640), polar((x, 640), 110, angle * 0.6 - 36), tip], 6),
                green,
                7,
                round_ends=True,
            )
    else:
        for angle in spread(-160, -20, 11):
            base = polar((x, 636), rng.uniform(10, 96), angle)
            for turn in (-26, 20):
                blade(
                    canvas,
                    inks,
                    base,
                    (84 + rng.uniform(-8, 18), 44 if style != 3 else 26, angle + turn),
                    green,
                )
    canvas.area(
        [
            (x - half, 734 - high),
            (x + half, 734 - high),
            (x + half * 0.72, 734),
            (x - half * 0.72, 734),
        ],
        pot,
    )
    canvas.box(
        x - half - 7, 734 - high - 14, x + half + 7, 734 - high + 16, mix(pot, inks.ink, 0.14)
    )
    canvas.area(
        [
            (x + half * 0.3, 734 - high + 16),
            (x + half, 734 - high + 16),
            (x + half * 0.72, 734),
            (x + half * 0.25, 734),
        ],
        inks.ink,
        0.14,
    )

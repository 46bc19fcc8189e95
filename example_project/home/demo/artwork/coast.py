"""Salt water: shores, ferries, lighthouses, birds, the moon that moves it all."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, down_to, moved, ridge, smooth, spread, turned, wave
from .palettes import Palette, mix


def tide_lines(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A beach from above: dry sand, wet sand, and every line the sea drew."""
    shore = wave(rng, height=66, length=1250, octaves=3)
    canvas.fade(inks.paper, mix(inks.paper, inks.spark, 0.35))
    bands = [(300, 0.0), (410, 0.22), (500, 0.42), (590, 0.6), (690, 0.78), (800, 0.92)]
    for level, share in bands:
        damp = 1 - share * 0.55
        edge = [
            (x, level + shore(x + level * 0.6) * damp + (x - 800) * 0.09)
            for x in range(-20, 1640, 8)
        ]
        tone = (
            mix(mix(inks.light, inks.paper, 0.35), inks.ink, share * 0.9)
            if share < 0.2
            else inks.ramp(0.18 + share * 0.75)
        )
        canvas.area(down_to(edge), tone)
        canvas.line(moved(edge, (0, 3)), "#ffffff", 9, 0.9)
        canvas.line(moved(edge, (0, 22)), "#ffffff", 3, 0.5)
        canvas.line(moved(edge, (0, -12)), inks.mid, 2.5, 0.35)
    _wrack(canvas, inks, rng)
    _walker(canvas, inks)


def _wrack(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Weed and shells that the last high water left behind."""
    line = wave(rng, height=30, length=900)
    for _ in range(240):
        x = rng.uniform(0, 1600)
        y = 196 + line(x) + (x - 800) * 0.09 + rng.gauss(0, 8)
        tone = rng.choice([inks.deep, inks.ink, inks.accent, inks.mid])
        canvas.oval(x, y, rng.uniform(2, 9), rng.uniform(1.5, 4), tone, 0.8)


def _walker(canvas: Canvas, inks: Palette) -> None:
    """Footprints that end in somebody small with a long shadow."""
    for step in range(17):
        x, y = 1540 - step * 38, 96 - step * 1.2 + (7 if step % 2 else -7)
        canvas.oval(x, y, 8, 4, inks.mid, 0.55)
    canvas.area([(884, 78), (892, 86), (800, 150), (786, 142)], inks.deep, 0.35)
    canvas.disc(890, 76, 15, inks.accent)
    canvas.disc(888, 72, 7, inks.ink)


def ferry(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """The evening boat, exactly in front of the sun."""
    canvas.fade(mix(inks.mid, inks.accent, 0.25), mix(inks.spark, inks.paper, 0.4), end=560)
    canvas.glow(800, 540, 620, inks.paper, 0.6)
    canvas.disc(800, 520, 270, inks.accent)
    for level in range(7):
        gap = 560 - level * 34
        canvas.box(
            500, gap - level * 0.6, 1100, gap + 9 - level, mix(inks.spark, inks.paper, 0.35), 0.75
        )
    canvas.fade(inks.mid, inks.ink, start=560)
    _glitter(canvas, inks, rng)
    _boat(canvas, inks, 790, 560)


def _glitter(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Short strokes of light, widening towards the viewer."""
    for row in range(44):
        y = 570 + row**1.55 * 0.98
        if y > 900:
            break
        reach = 130 + row * 16
        for _ in range(5 + row // 4):
            x = rng.gauss(800, reach * 0.6)
            half = rng.uniform(12, 40) + row * 1.6
            tone = inks.accent if abs(x - 800) < reach * 0.55 else inks.light
            canvas.line(
                [(x - half, y), (x + half, y)], tone, 2.5 + row * 0.14, 0.75, round_ends=True
            )


def _boat(canvas: Canvas, inks: Palette, x: float, sea: float) -> None:
    dark, pale = inks.ink, inks.paper
    canvas.area(
        [(x - 250, sea - 44), (x + 270, sea - 52), (x + 218, sea + 12), (x - 214, sea + 12)], dark
    )
    canvas.area(
        [(x - 246, sea - 30), (x + 258, sea - 36), (x + 248, sea - 22), (x - 240, sea - 17)],
        inks.accent,
    )
    canvas.box(x - 200, sea - 88, x + 190, sea - 46, pale)
    canvas.box(x - 140, sea - 124, x + 130, sea - 88, mix(pale, inks.light, 0.5))
    canvas.box(x + 40, sea - 152, x + 128, sea - 124, pale)
    canvas.area(
        [(x - 90, sea - 124), (x - 80, sea - 196), (x - 24, sea - 196), (x - 20, sea - 124)], dark
    )
    canvas.box(x - 86, sea - 178, x - 22, sea - 160, inks.spark)
    for port in spread(x - 176, x + 166, 12):
        canvas.box(port - 8, sea - 76, port + 8, sea - 60, dark, 0.85, corner=4)
    for port in spread(x - 118, x + 108, 9):
        canvas.box(port - 9, sea - 114, port + 9, sea - 99, dark, 0.6, corner=3)
    canvas.line([(x + 84, sea - 152), (x + 84, sea - 214)], dark, 5)
    canvas.line([(x + 84, sea - 210), (x + 230, sea - 54)], dark, 1.6, 0.7)
    for puff in range(5):
        canvas.disc(
            x - 60 - puff * 46, sea - 214 - puff * 15, 15 + puff * 7, dark, 0.3 - puff * 0.045
        )


def lighthouse(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A light on a skerry, its beams cutting the weather."""
    canvas.fade(inks.ink, inks.deep, end=640)
    lamp = (560.0, 262.0)
    for turn in (-14, 166):
        for spread_degrees, opacity in ((9, 0.20), (5.5, 0.25), (2.2, 0.4)):
            beam = turned(
                [
                    (0, 0),
                    (1500, -1500 * math.tan(math.radians(spread_degrees))),
                    (1500, 1500 * math.tan(math.radians(spread_degrees))),
                ],
                turn,
            )
            canvas.area(moved(beam, lamp), inks.spark, opacity)
    for _ in range(110):
        canvas.disc(
            rng.uniform(0, 1600), rng.uniform(0, 480), rng.uniform(0.8, 2.4), inks.paper, 0.7
        )
    canvas.fade(inks.deep, inks.ink, start=640)
    _swell(canvas, inks, rng, 660)
    canvas.area(
        smooth(
            [(300, 730), (390, 668), (470, 640), (560, 618), (660, 640), (760, 690), (840, 730)]
        ),
        mix(inks.ink, "#000000", 0.35),
    )
    _tower(canvas, inks, lamp)
    _swell(canvas, inks, rng, 730)


def _swell(canvas: Canvas, inks: Palette, rng: Random, top: float) -> None:
    for row in range(5):
        level = top + row * 46
        line = wave(rng, height=11 + row * 2, length=330 + row * 60, octaves=2)
        points = ridge(line, level)
        canvas.area(down_to(points), mix(inks.deep, inks.ink, 0.2 + row * 0.18), 0.94)
        canvas.line(points, inks.light, 2.5, 0.4)


def _tower(canvas: Canvas, inks: Palette, lamp: Point) -> None:
    x, y = lamp
    sides = [(t, 40 + 26 * t) for t in spread(0, 1, 6)]
    for index in range(5):
        (t0, w0), (t1, w1) = sides[index], sides[index + 1]
        top, foot = y + 34 + t0 * 340, y + 34 + t1 * 340
        tone = inks.paper if index % 2 else inks.accent
        canvas.area([(x - w0, top), (x + w0, top), (x + w1, foot), (x - w1, foot)], tone)
        canvas.area(
            [(x + w0 * 0.25, top), (x + w0, top), (x + w1, foot), (x + w1 * 0.25, foot)],
            inks.ink,
            0.28,
        )
    canvas.box(x - 58, y + 24, x + 58, y + 38, inks.ink)
    canvas.box(x - 30, y - 26, x + 30, y + 26, inks.spark)
    for bar in (-30, -10, 10, 30):
        canvas.line([(x + bar, y - 26), (x + bar, y + 26)], inks.ink, 4)
    canvas.area([(x - 44, y - 26), (x, y - 74), (x + 44, y - 26)], inks.ink)
    canvas.glow(x, y, 190, inks.spark, 0.6)


def waders(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Birds on the flats at low water, each standing on its own reflection."""
    canvas.fade(inks.paper, mix(inks.light, inks.paper, 0.3), end=470)
    canvas.disc(1190, 330, 120, mix(inks.accent, inks.spark, 0.35))
    canvas.area(
        down_to(ridge(wave(rng, height=16, length=700), 452)), mix(inks.mid, inks.light, 0.35)
    )
    canvas.fade(mix(inks.light, inks.paper, 0.35), inks.mid, start=476)
    canvas.oval(1190, 560, 118, 60, mix(inks.accent, inks.spark, 0.4), 0.4)
    for _ in range(46):
        x, y = rng.uniform(0, 1600), rng.uniform(490, 890)
        canvas.line(
            [(x, y), (x + (y - 440) * rng.uniform(0.2, 0.7), y)],
            inks.paper,
            3,
            0.5,
            round_ends=True,
        )
    flock = [
        (230, 640, 0.72, 1),
        (430, 720, 0.95, 1),
        (640, 610, 0.62, -1),
        (860, 780, 1.15, 1),
        (1080, 650, 0.72, 1),
        (1330, 735, 1.0, -1),
        (1500, 615, 0.6, 1),
    ]
    for x, y, size, way in sorted(flock, key=lambda bird: bird[1]):
        _wader(canvas, inks, (x, y), size, way, upside_down=True)
        _wader(canvas, inks, (x, y), size, way, upside_down=False)


def _wader(
    canvas: Canvas, inks: Palette, foot: Point, size: float, way: int, *, upside_down: bool
) -> None:
    flip = -0.8 if upside_down else 1.0
    tone = 0.3 if upside_down else 1.0

    def place(points: list[Point]) -> list[Point]:
        return [(foot[0] + way * px * size, foot[1] + py * size * flip) for px, py in points]

    body = smooth(
        [
            (-96, -118),
            (-40, -150),
            (20, -152),
            (52, -186),
            (70, -206),
            (92, -204),
            (96, -186),
            (72, -150),
            (50, -112),
            (0, -92),
            (-50, -98),
        ],
        closed=True,
    )
    wing = smooth([(-112, -116), (-40, -142), (22, -134), (28, -116), (-20, -104)], closed=True)
    canvas.line(place([(-8, -100), (-14, -52), (-6, 0)]), inks.accent, 5 * size, tone)
    canvas.line(place([(12, -100), (18, -50), (30, 0)]), inks.accent, 5 * size, tone)
    canvas.area(place(body), inks.ink, tone)
    canvas.area(place(wing), mix(inks.deep, inks.mid, 0.4), tone)
    canvas.area(place([(-36, -96), (10, -94), (48, -112), (20, -104)]), inks.paper, tone)
    canvas.line(place(smooth([(92, -196), (140, -190), (178, -168)])), inks.accent, 6 * size, tone)
    if not upside_down:
        canvas.disc(*place([(80, -194)])[0], 4 * size, inks.spark)


def moon_phases(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A fortnight of moons over the tide that follows them."""
    canvas.fade(inks.ink, mix(inks.ink, inks.deep, 0.7))
    for _ in range(130):
        canvas.disc(
            rng.uniform(0, 1600),
            rng.uniform(0, 520),
            rng.uniform(0.8, 2.2),
            inks.paper,
            rng.uniform(0.3, 0.8),
        )
    for index, x in enumerate(spread(150, 1450, 9)):
        height = 330 - 120 * math.sin(math.pi * index / 8)
        _moon(canvas, inks, (x, height), 58 + 16 * math.sin(math.pi * index / 8), index / 8)
    for layer in range(4):
        tide = [
            (
                x,
                610
                + layer * 72
                + (46 - layer * 5)
                * math.sin(x / 64 + layer * 0.8)
                * (0.45 + 0.75 * math.sin(math.pi * x / 1600) ** 2),
            )
            for x in range(-8, 1616, 6)
        ]
        tone = mix(inks.deep, inks.light, 0.55 - layer * 0.17)
        canvas.area(down_to(tide), tone, 0.92)
        canvas.line(tide, inks.paper, 3, 0.55)


def _moon(canvas: Canvas, inks: Palette, centre: Point, radius: float, phase: float) -> None:
    """One moon; ``phase`` runs from new (0) over full (0.5) to new again (1)."""
    canvas.disc(*centre, radius, mix(inks.deep, inks.ink, 0.25))
    side = 1 if phase <= 0.5 else -1
    bulge = -math.cos(2 * math.pi * phase)
    limb = [(side * math.cos(a), math.sin(a)) for a in spread(-math.pi / 2, math.pi / 2, 40)]
    inner = [
        (-side * bulge * math.cos(a), math.sin(a)) for a in spread(math.pi / 2, -math.pi / 2, 40)
    ]
    canvas.area(moved(limb + inner, centre, radius), inks.spark)

"""Open country: hills, sky, forest, snow, river."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from .canvas import Canvas
from .geometry import Point, down_to, moved, polar, ridge, smooth, spread, wave
from .palettes import Palette, mix


def hills(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Ranges fading into morning mist, and a low sun."""
    canvas.fade(mix(inks.light, inks.mid, 0.25), inks.paper, end=560)
    sun = (rng.uniform(980, 1240), rng.uniform(250, 320))
    canvas.glow(*sun, 420, inks.paper, 0.85)
    canvas.disc(*sun, 118, inks.accent)
    for layer, share in enumerate(spread(0.26, 1, 6)):
        line = wave(rng, height=88 - layer * 7, length=1150 - layer * 110)
        tone = inks.ramp(share)
        points = ridge(line, 400 + layer * 82)
        canvas.faded_area(down_to(points), tone, mix(tone, inks.paper, 0.62 - layer * 0.1))
        if layer == 4:
            _firs(canvas, points, mix(tone, inks.ink, 0.4), rng)
    _birds(canvas, (sun[0] - 420, sun[1] - 60), inks.ink)


def _firs(canvas: Canvas, line: list[Point], colour: str, rng: Random) -> None:
    """Small firs in groups along a ridge."""
    centres = [rng.uniform(80, 1500) for _ in range(5)]
    for x, y in line[::2]:
        if min(abs(x - centre) for centre in centres) < 70 and rng.random() < 0.75:
            height = rng.uniform(26, 52)
            canvas.area(
                [(x, y - height), (x + height * 0.22, y + 8), (x - height * 0.22, y + 8)], colour
            )


def _birds(canvas: Canvas, around: Point, colour: str) -> None:
    for dx, dy, size in ((0, 0, 20), (58, -26, 15), (104, 14, 13), (160, -14, 11)):
        x, y = around[0] + dx, around[1] + dy
        canvas.line(
            smooth([(x - size, y - size * 0.5), (x, y), (x + size, y - size * 0.6)]), colour, 3.5
        )


def star_trails(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A long exposure above a hill with one lit window."""
    canvas.fade(inks.ink, mix(inks.deep, inks.mid, 0.35), end=820)
    pole = (1060.0, 330.0)
    canvas.glow(800, 860, 760, inks.mid, 0.5)
    for _ in range(230):
        radius = rng.uniform(12, 1150)
        start = rng.uniform(0, 360)
        tone = rng.choice([inks.light, inks.light, inks.paper, inks.spark, inks.mid])
        canvas.arc(
            *pole,
            radius,
            (start, start + rng.uniform(14, 46)),
            tone,
            rng.choice([1.3, 1.8, 2.6]),
            rng.uniform(0.45, 0.95),
        )
    canvas.disc(*pole, 4, inks.paper)
    far = wave(rng, height=46, length=900)
    canvas.area(down_to(ridge(far, 740)), mix(inks.deep, inks.ink, 0.45))
    near = wave(rng, height=34, length=1300)
    points = ridge(near, 812)
    canvas.area(down_to(points), mix(inks.ink, "#000000", 0.25))
    _firs(canvas, points, mix(inks.ink, "#000000", 0.25), rng)
    _hut(canvas, 430, 806 + near(430), inks)


def _hut(canvas: Canvas, x: float, y: float, inks: Palette) -> None:
    """A cabin whose window is the only warm thing in the picture."""
    dark = mix(inks.ink, "#000000", 0.4)
    canvas.glow(x + 6, y - 30, 150, inks.spark, 0.4)
    canvas.area(
        [(x - 62, y + 12), (x - 62, y - 52), (x, y - 100), (x + 62, y - 52), (x + 62, y + 12)], dark
    )
    canvas.box(x + 24, y - 108, x + 38, y - 66, dark)
    canvas.box(x - 18, y - 46, x + 24, y - 12, inks.spark)
    canvas.line([(x + 3, y - 46), (x + 3, y - 12)], dark, 4)


def forest(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Trees as cut paper, three deep, in fog."""
    canvas.fade(mix(inks.light, inks.paper, 0.3), inks.paper)
    canvas.disc(rng.uniform(360, 620), 270, 130, inks.spark)
    for depth in range(4):
        fog = 0.72 - depth * 0.24
        ground = 600 + depth * 88
        _trees(canvas, inks, rng, ground, 0.62 + depth * 0.17, max(fog, 0))
        line = wave(rng, height=18, length=900)
        tone = mix(inks.ramp(0.45 + depth * 0.18), inks.paper, max(fog, 0) * 0.8)
        canvas.faded_area(down_to(ridge(line, ground)), tone, mix(tone, inks.paper, 0.25))


def _trees(
    canvas: Canvas, inks: Palette, rng: Random, ground: float, scale: float, fog: float
) -> None:
    tones = [inks.deep, inks.mid, mix(inks.deep, inks.ink, 0.4), inks.accent, inks.spark]
    x = rng.uniform(-40, 60)
    while x < 1640:
        tone = mix(rng.choices(tones, [4, 4, 3, 2, 2])[0], inks.paper, fog)
        trunk = mix(inks.ink, inks.paper, fog)
        height = rng.uniform(230, 380) * scale
        if rng.random() < 0.4:
            _fir(canvas, x, ground + 14, height * 1.15, tone, trunk)
        else:
            _broadleaf(canvas, x, ground + 14, height, tone, trunk)
        x += rng.uniform(70, 150) * scale + 20


def _fir(canvas: Canvas, x: float, y: float, height: float, tone: str, trunk: str) -> None:
    canvas.box(x - 4, y - height * 0.2, x + 4, y, trunk)
    for step in range(3):
        top = y - height * (1 - step * 0.24)
        half = height * (0.13 + step * 0.05)
        foot = top + height * 0.42
        canvas.area([(x, top), (x + half, foot), (x - half, foot)], mix(tone, trunk, step * 0.1))
        canvas.area([(x, top), (x + half, foot), (x, foot)], trunk, 0.16)


def _broadleaf(canvas: Canvas, x: float, y: float, height: float, tone: str, trunk: str) -> None:
    crown_y, across, up = y - height * 0.62, height * 0.24, height * 0.38
    canvas.oval(x, crown_y, across, up, tone)
    crown = [polar((0, 0), 1, angle) for angle in range(-90, 91, 6)]
    canvas.area([(x + px * across, crown_y + py * up) for px, py in crown], trunk, 0.13)
    canvas.line([(x, crown_y - up * 0.55), (x, y)], trunk, max(3, height * 0.018))
    for share, side in ((0.1, 1), (0.28, -1), (0.46, 1)):
        fork = crown_y + up * share
        canvas.line(
            [(x, fork + 26), (x + side * across * 0.5, fork - 16)], trunk, max(2, height * 0.01)
        )


def snow(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A winter slope: long blue shadows and one orange scarf of light."""
    canvas.fade(mix(inks.mid, inks.light, 0.5), inks.paper, end=520)
    canvas.disc(1200, 300, 84, inks.accent)
    for layer in range(3):
        line = wave(rng, height=70 - layer * 14, length=1000)
        canvas.faded_area(
            down_to(ridge(line, 430 + layer * 60)),
            mix(inks.mid, inks.light, 0.3 + 0.2 * layer),
            inks.paper,
        )
    slope = wave(rng, height=36, length=1700, octaves=2)
    canvas.area(down_to(ridge(slope, 640)), mix(inks.paper, "#ffffff", 0.6))
    for x in sorted(rng.uniform(40, 1560) for _ in range(19)):
        foot = 656 + slope(x) + rng.uniform(0, 150)
        height = (foot - 480) * rng.uniform(0.55, 0.9)
        canvas.oval(x - height * 0.16, foot + 3, height * 0.34, height * 0.035, inks.light, 0.8)
        _fir(canvas, x, foot, height, mix(inks.deep, inks.ink, rng.random() * 0.5), inks.ink)
    for _ in range(150):
        canvas.disc(
            rng.uniform(0, 1600), rng.uniform(0, 900), rng.uniform(1.6, 4.4), "#ffffff", 0.85
        )


def river(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Fields from the air, and a river that takes its time."""
    columns = [
        [(x + rng.uniform(-32, 32), y + rng.uniform(-28, 28)) for y in range(-160, 1080, 170)]
        for x in range(-200, 1900, 190)
    ]
    tones = [
        inks.light,
        inks.mid,
        inks.paper,
        mix(inks.light, inks.spark, 0.5),
        mix(inks.mid, inks.deep, 0.4),
        mix(inks.paper, inks.accent, 0.4),
    ]
    for left, right in pairwise(columns):
        for row in range(len(left) - 1):
            corners = [left[row], right[row], right[row + 1], left[row + 1]]
            _field(canvas, corners, rng.choice(tones), inks, rng)
    _meander(canvas, inks, rng)


def _field(canvas: Canvas, corners: list[Point], tone: str, inks: Palette, rng: Random) -> None:
    """One parcel with furrows along one of its sides."""
    canvas.area(corners, tone)
    if rng.random() < 0.75:
        a, b, c, d = corners if rng.random() < 0.5 else corners[1:] + corners[:1]
        for share in spread(0.06, 0.94, rng.choice([9, 13, 18])):
            start = (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            end = (d[0] + (c[0] - d[0]) * share, d[1] + (c[1] - d[1]) * share)
            canvas.line([start, end], inks.deep, 2.4, 0.3)
    canvas.line([*corners, corners[0]], mix(inks.deep, inks.ink, 0.3), 5)


def _meander(canvas: Canvas, inks: Palette, rng: Random) -> None:
    phase = rng.uniform(0, math.tau)
    course = [
        (
            x,
            460
            + 210 * math.sin(x / 270 + phase) * math.sin(x / 900 + 0.7)
            + 60 * math.sin(x / 130),
        )
        for x in range(-80, 1700, 40)
    ]
    bed = smooth(course, 8)
    water = mix(inks.ink, inks.deep, 0.35)
    for colour, width in ((mix(inks.deep, inks.ink, 0.3), 134), (inks.spark, 122), (water, 100)):
        canvas.line(bed, colour, width)
    for offset in (-26, 0, 24):
        for start in range(20, len(bed) - 20, 46):
            dash = moved(bed[start : start + rng.randint(8, 22)], (0, offset))
            canvas.line(dash, inks.light, 3, 0.5, round_ends=True)
    x, y = bed[len(bed) // 2]
    canvas.area(
        [(x - 34, y - 10), (x + 24, y - 14), (x + 42, y), (x + 24, y + 14), (x - 34, y + 10)],
        inks.accent,
    )
    canvas.box(x - 20, y - 6, x + 8, y + 6, inks.paper)

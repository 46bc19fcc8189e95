"""Maps of the world: relief, sea chart, globe."""

from __future__ import annotations

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .canvas import Canvas
from .geometry import Point, dashes, polar, regular, smooth, spread
from .palettes import Palette, mix, rgb

# The height field is computed this coarsely and enlarged smoothly.
FIELD = (128, 72)


def contours(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A relief in cut-paper steps, each with its contour line."""
    field = _terrain(rng).resize(canvas.pixels, Image.Resampling.BICUBIC).convert("L")
    tones = [
        inks.deep,
        mix(inks.deep, inks.mid, 0.55),
        inks.paper,
        mix(inks.paper, inks.light, 0.55),
        inks.light,
        mix(inks.light, inks.spark, 0.45),
        inks.spark,
        mix(inks.spark, inks.accent, 0.5),
        inks.accent,
    ]
    steps = [min(value * len(tones) // 256, len(tones) - 1) for value in range(256)]
    channels = [field.point([rgb(tones[step])[channel] for step in steps]) for channel in range(3)]
    canvas.image.paste(Image.merge("RGB", channels))
    _contour_lines(canvas, field, inks)
    x, y = rng.uniform(420, 1180), rng.uniform(260, 620)
    route = smooth(
        [
            (-20, y + 180),
            (x - 300, y + 90),
            (x - 120, y + 160),
            (x, y),
            (x + 210, y + 60),
            (x + 420, y - 120),
            (1640, y - 60),
        ],
        60,
    )
    for stroke in dashes(route, 20, 17):
        canvas.line(stroke, inks.ink, 6, round_ends=True)
    for mark in (route[60], route[180], route[300]):
        canvas.disc(*mark, 15, inks.ink)
        canvas.disc(*mark, 7, inks.paper)


def _terrain(rng: Random) -> Image.Image:
    """Smooth random heights, 0 to 255, as a small picture in floating point (eight bits would show steps)."""
    bumps = [
        (rng.uniform(0, 128), rng.uniform(0, 72), rng.uniform(9, 26), rng.choice([-0.8, 1, 1, 1.3]))
        for _ in range(22)
    ]

    def height(x: int, y: int) -> float:
        return sum(
            size * math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * reach**2))
            for cx, cy, reach, size in bumps
        )

    heights = [height(x, y) for y in range(0, FIELD[1], 2) for x in range(0, FIELD[0], 2)]
    low, high = min(heights), max(heights)
    small = Image.new("F", (FIELD[0] // 2, FIELD[1] // 2))
    small.putdata([(value - low) / (high - low) * 255 for value in heights])
    return small


def _contour_lines(canvas: Canvas, field: Image.Image, inks: Palette) -> None:
    """Trace where the height passes a step, by comparing the picture with itself moved."""
    levels = 27
    steps = field.point([value * levels // 256 * 9 for value in range(256)])
    for shift in ((2, 0), (0, 2)):
        edge = ImageChops.difference(steps, ImageChops.offset(steps, *shift)).point(
            lambda value: 120 if value else 0
        )
        canvas.image.paste(rgb(inks.ink), (0, 0), edge)


def rhumb_lines(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A sea chart's web of bearings, its rose, and a ragged coast."""
    canvas.fade(inks.paper, mix(inks.paper, inks.light, 0.6))
    hub = (760.0, 450.0)
    knots = [hub, *(polar(hub, 620, 22.5 * step) for step in range(0, 16, 2))]
    for knot in knots:
        for step in range(16):
            tone = (inks.ink, inks.accent, inks.deep)[
                0 if step % 4 == 0 else 1 if step % 2 == 0 else 2
            ]
            canvas.line([knot, polar(knot, 1900, 22.5 * step)], tone, 1.6, 0.42)
    _coast(
        canvas,
        inks,
        rng,
        [
            (1700, -60),
            (1180, -60),
            (1260, 60),
            (1180, 170),
            (1330, 250),
            (1290, 380),
            (1420, 470),
            (1370, 600),
            (1480, 700),
            (1440, 820),
            (1560, 960),
            (1700, 960),
        ],
    )
    _coast(
        canvas,
        inks,
        rng,
        [(-60, 960), (-60, 560), (70, 600), (160, 700), (130, 790), (270, 850), (320, 960)],
    )
    _coast(canvas, inks, rng, [(200, 190), (290, 150), (380, 190), (360, 260), (260, 280)])
    _rose(canvas, inks, hub)


def _coast(canvas: Canvas, inks: Palette, rng: Random, corners: list[Point]) -> None:
    rough = [
        (x + rng.uniform(-16, 16), y + rng.uniform(-16, 16))
        for x, y in smooth(corners, 7, closed=True)
    ]
    shore = smooth(rough, 4, closed=True)
    canvas.line([*shore, shore[0]], inks.mid, 26, 0.3)
    canvas.area(shore, inks.light)
    canvas.line([*shore, shore[0]], inks.deep, 4)


def _rose(canvas: Canvas, inks: Palette, hub: Point) -> None:
    canvas.disc(*hub, 212, inks.paper)
    for radius, width in ((206, 5), (190, 2), (124, 2)):
        canvas.ring(*hub, radius, inks.ink, width)
    for degrees in range(0, 360, 5):
        canvas.line([polar(hub, 190, degrees), polar(hub, 204, degrees)], inks.ink, 2)
    for turn, reach, tones in (
        (22.5, 128, (inks.mid, inks.light)),
        (45, 158, (inks.deep, inks.mid)),
        (0, 188, (inks.ink, inks.accent)),
    ):
        step = 45 if turn == 22.5 else 90
        for degrees in range(0, 360, step):
            angle = degrees + turn
            tip, foot = polar(hub, reach, angle), reach * 0.2
            canvas.area([hub, polar(hub, foot, angle - 45), tip], tones[0])
            canvas.area([hub, polar(hub, foot, angle + 45), tip], tones[1])
    canvas.area(regular((hub[0], hub[1] - 232), 26, 3, -90), inks.accent)
    canvas.disc(*hub, 13, inks.spark)


def gores(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A globe peeled into twelve strips, as globe makers print it."""
    canvas.box(0, 0, 1600, 900, mix(inks.ink, inks.deep, 0.25))
    sea = Image.new("RGB", canvas.pixels, rgb(inks.light))
    _continents(sea, canvas, inks, rng)
    mask = Image.new("L", canvas.pixels, 0)
    pen = ImageDraw.Draw(mask)
    for middle in spread(140, 1460, 12):
        pen.polygon([(x * canvas.scale, y * canvas.scale) for x, y in _gore(middle, 60)], fill=255)
    canvas.image.paste(sea, (0, 0), mask)
    for middle in spread(140, 1460, 12):
        for share in (1, 0.5, 0):
            canvas.line(_gore(middle, 60 * share)[:41], inks.ink, 1.8, 0.55)
            canvas.line(_gore(middle, 60 * share)[41:], inks.ink, 1.8, 0.55)
        for step in range(1, 12):
            y = 90 + 720 * step / 12
            half = 60 * math.sin(math.pi * step / 12)
            canvas.line(
                [(middle - half, y), (middle + half, y)],
                inks.accent if step == 6 else inks.ink,
                5 if step == 6 else 1.8,
                0.9 if step == 6 else 0.45,
            )


def _gore(middle: float, half: float) -> list[Point]:
    """One strip, pointed at the poles: width follows the cosine of the latitude."""
    levels = spread(0, 1, 41)
    right = [(middle + half * math.sin(math.pi * t), 90 + 720 * t) for t in levels]
    return right + [(2 * middle - x, y) for x, y in reversed(right)]


def _continents(sheet: Image.Image, canvas: Canvas, inks: Palette, rng: Random) -> None:
    pen = ImageDraw.Draw(sheet)
    lands = [
        (330, 330, 190),
        (450, 600, 120),
        (800, 300, 150),
        (870, 560, 150),
        (1180, 310, 220),
        (1330, 640, 90),
        (700, 790, 300),
    ]
    for x, y, reach in lands:
        outline = [
            polar((x, y), reach * rng.uniform(0.55, 1.1), angle) for angle in range(0, 360, 24)
        ]
        curve = smooth(outline, 6, closed=True)
        for inks_tone, shrink in (
            (mix(inks.paper, inks.spark, 0.25), 1.0),
            (inks.spark, 0.72),
            (mix(inks.spark, inks.accent, 0.5), 0.4),
        ):
            pen.polygon(
                [
                    ((x + (px - x) * shrink) * canvas.scale, (y + (py - y) * shrink) * canvas.scale)
                    for px, py in curve
                ],
                fill=rgb(inks_tone),
            )

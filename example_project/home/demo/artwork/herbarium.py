"""Six pressed plants on six sheets."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, leaf, moved, polar, smooth, spread
from .palettes import Palette, mix


def herbarium(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Six pressed plants, each with its own idea of a leaf."""
    canvas.fade(mix(inks.paper, inks.light, 0.2), inks.paper)
    tones = [
        inks.deep,
        inks.mid,
        mix(inks.deep, inks.ink, 0.45),
        inks.accent,
        mix(inks.mid, inks.spark, 0.4),
        inks.ink,
    ]
    makers = (_ash, _ginkgo, _eucalyptus, _fern, _poppy, _olive)
    for x, make, tone in zip(spread(150, 1450, 6), makers, tones, strict=True):
        canvas.box(x - 112, 60, x + 112, 840, mix(inks.paper, "#ffffff", 0.5))
        canvas.box(x - 112, 836, x + 112, 842, inks.ink, 0.15)
        make(canvas, inks, x, tone)
        for y in (560, 700):
            canvas.box(x - 24, y, x + 24, y + 13, inks.light, 0.85)
        canvas.line([(x - 60, 798), (x + 60, 798)], inks.ink, 4, 0.6)
        canvas.line([(x - 36, 814), (x + 36, 814)], inks.ink, 3, 0.4)


def blade(
    canvas: Canvas, inks: Palette, base: Point, shape: tuple[float, float, float], tone: str
) -> None:
    """A leaf in two tones with its midrib."""
    length, width, degrees = shape
    upper, lower = leaf(base, length, width, degrees)
    canvas.area(upper, tone)
    canvas.area(lower, mix(tone, inks.paper, 0.2))
    canvas.line([base, polar(base, length * 0.86, degrees)], mix(tone, inks.paper, 0.55), 2.2)


def _stem(canvas: Canvas, x: float, top: float, tone: str, bend: float = 14) -> list[Point]:
    points = smooth([(x, top), (x + bend, top + 220), (x - bend * 0.5, 560), (x, 750)], 10)
    canvas.line(points, tone, 6, round_ends=True)
    return points


def _ash(canvas: Canvas, inks: Palette, x: float, tone: str) -> None:
    stem = _stem(canvas, x, 180, tone)
    for index, point in enumerate(stem[1:22:4]):
        for way in (-1, 1):
            blade(canvas, inks, point, (98 + index * 4, 38, -90 + way * (52 + index * 4)), tone)
    blade(canvas, inks, stem[0], (96, 40, -90), tone)


def _ginkgo(canvas: Canvas, inks: Palette, x: float, tone: str) -> None:
    stem = _stem(canvas, x, 230, tone, -12)
    for share, way in ((0, 0), (6, 1), (10, -1), (15, 1), (19, -1)):
        foot = stem[share]
        tip = polar(foot, 62 if way else 20, -90 + way * 58)
        canvas.line([foot, tip], tone, 4)
        direction = -90 + way * 36
        for half in (-1, 1):
            fan = [
                tip,
                *(
                    polar(tip, 88 + 5 * math.sin(a * 2.1), direction + half * a * 5.4)
                    for a in spread(0.6, 11, 12)
                ),
            ]
            canvas.area(fan, tone if half < 0 else mix(tone, inks.paper, 0.2))
        for ray in spread(-48, 48, 7):
            canvas.line([tip, polar(tip, 76, direction + ray)], inks.paper, 1.6, 0.4)


def _eucalyptus(canvas: Canvas, inks: Palette, x: float, tone: str) -> None:
    stem = _stem(canvas, x, 150, tone, 20)
    for index, point in enumerate(stem[1:26:3]):
        for way in (-1, 1):
            radius = 19 + index * 3.6
            centre = (point[0] + way * (radius + 5), point[1] + way * 6)
            canvas.disc(*centre, radius, mix(tone, inks.light, 0.12 * (index % 3)))
            canvas.line([point, (centre[0] + way * radius * 0.5, centre[1])], inks.paper, 2, 0.5)


def _fern(canvas: Canvas, inks: Palette, x: float, tone: str) -> None:
    stem = _stem(canvas, x, 130, tone, 10)
    for index, point in enumerate(stem[1:25]):
        length = 18 + index * 4.1 if index < 19 else 94 - (index - 19) * 12
        for way in (-1, 1):
            blade(
                canvas,
                inks,
                point,
                (length, 15 + length * 0.07, -90 + way * (66 + index * 0.6)),
                tone,
            )


def _poppy(canvas: Canvas, inks: Palette, x: float, tone: str) -> None:
    for dx, top, size in ((0, 220, 1.0), (-58, 360, 0.72), (56, 330, 0.8)):
        stalk = smooth([(x + dx, top), (x + dx * 0.8, top + 140), (x, 750)], 10)
        canvas.line(stalk, tone, 5)
        pod = [
            (-26, 0),
            (-40, -34),
            (-36, -66),
            (-14, -84),
            (14, -84),
            (36, -66),
            (40, -34),
            (26, 0),
        ]
        canvas.area(moved(smooth(pod, 6, closed=True), (x + dx, top), size), tone)
        canvas.area(
            moved(
                smooth(
                    [(0, 0), (0, -84), (14, -84), (36, -66), (40, -34), (26, 0)], 4, closed=True
                ),
                (x + dx, top),
                size,
            ),
            mix(tone, inks.paper, 0.2),
        )
        canvas.oval(x + dx, top - 88 * size, 42 * size, 11 * size, mix(tone, inks.ink, 0.5))
        for way in spread(-36, 36, 7):
            canvas.line(
                [(x + dx, top - 88 * size), (x + dx + way * size, top - 98 * size)],
                mix(tone, inks.ink, 0.5),
                3,
            )
    for way in (-1, 1):
        blade(canvas, inks, (x, 660), (110, 40, -90 + way * 56), tone)


def _olive(canvas: Canvas, inks: Palette, x: float, tone: str) -> None:
    stem = _stem(canvas, x, 170, tone, -16)
    for index, point in enumerate(stem[0:27:2]):
        way = 1 if index % 2 else -1
        blade(canvas, inks, point, (92, 24, -90 + way * 44), tone)
        if index % 3 == 1:
            canvas.line([point, (point[0] - way * 30, point[1] + 22)], tone, 3)
            canvas.oval(point[0] - way * 32, point[1] + 36, 13, 18, inks.accent)

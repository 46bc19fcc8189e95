"""Shapes as lists of points: curves, ridges, profiles. No drawing here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from random import Random

Point = tuple[float, float]


def smooth(points: Sequence[Point], steps: int = 12, *, closed: bool = False) -> list[Point]:
    """A Catmull-Rom curve through ``points``, with ``steps`` pieces between neighbours."""
    count = len(points)
    if closed:
        track = [points[-1], *points, points[0], points[1]]
        spans = count
    else:
        track = [points[0], *points, points[-1]]
        spans = count - 1
    curve = [
        _between(track[span : span + 4], step / steps)
        for span in range(spans)
        for step in range(steps)
    ]
    return curve if closed else [*curve, points[-1]]


def _between(four: Sequence[Point], share: float) -> Point:
    """The point ``share`` of the way from the second to the third of ``four`` points."""

    def axis(a: float, b: float, c: float, d: float) -> float:
        slope, bend, twist = c - a, 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
        return 0.5 * (2 * b + share * (slope + share * (bend + share * twist)))

    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    return axis(ax, bx, cx, dx), axis(ay, by, cy, dy)


def wave(
    rng: Random, *, height: float, length: float, octaves: int = 4
) -> Callable[[float], float]:
    """A gentle random line: a function of x that swings about zero by ``height``."""
    parts = [
        (
            height / 2**octave,
            length / 1.9**octave * rng.uniform(0.85, 1.15),
            rng.uniform(0, math.tau),
        )
        for octave in range(octaves)
    ]
    return lambda x: sum(
        size * math.sin(x / span * math.tau + phase) for size, span, phase in parts
    )


def ridge(
    line: Callable[[float], float], base: float, *, step: int = 8, right: int = 1600
) -> list[Point]:
    """The points of ``line`` around the level ``base``, from the left edge to ``right``."""
    return [(x, base + line(x)) for x in range(-step, right + 2 * step, step)]


def down_to(points: Sequence[Point], bottom: float = 910) -> list[Point]:
    """Close a line into an area that reaches down to ``bottom``."""
    return [*points, (points[-1][0], bottom), (points[0][0], bottom)]


def ribbon(points: Sequence[Point], width: float) -> list[Point]:
    """The outline of a line of the given width, its corners mitred."""
    left, right = [], []
    for index, (x, y) in enumerate(points):
        before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        ax, ay = _unit(before, (x, y)) if index else _unit((x, y), after)
        bx, by = _unit((x, y), after) if index < len(points) - 1 else (ax, ay)
        mx, my = ax + bx, ay + by
        # Half the width along the mitre; very sharp corners are blunted.
        reach = width / max(mx * mx + my * my, 0.8)
        left.append((x - my * reach, y + mx * reach))
        right.append((x + my * reach, y - mx * reach))
    return left + right[::-1]


def dashes(points: Sequence[Point], length: float, gap: float) -> list[list[Point]]:
    """Cut a line into straight strokes of about ``length`` with ``gap`` between them."""
    strokes: list[list[Point]] = []
    travelled, start = 0.0, points[0]
    drawing = True
    for before, after in pairwise(points):
        travelled += math.dist(before, after)
        if travelled >= (length if drawing else gap):
            if drawing:
                strokes.append([start, after])
            travelled, start, drawing = 0.0, after, not drawing
    return strokes


def _unit(start: Point, end: Point) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1
    return dx / length, dy / length


def polar(centre: Point, radius: float, degrees: float) -> Point:
    """The point at ``radius`` from ``centre``, clockwise from three o'clock."""
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def regular(centre: Point, radius: float, sides: int, turn: float = 0) -> list[Point]:
    """A regular polygon."""
    return [polar(centre, radius, turn + 360 * side / sides) for side in range(sides)]


def turned(points: Iterable[Point], degrees: float, about: Point = (0, 0)) -> list[Point]:
    """``points`` rotated clockwise about a point."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0 = about
    return [
        (x0 + (x - x0) * cos - (y - y0) * sin, y0 + (x - x0) * sin + (y - y0) * cos)
        for x, y in points
    ]


def moved(points: Iterable[Point], by: Point, scale: float = 1) -> list[Point]:
    """``points`` scaled about the origin, then shifted."""
    return [(x * scale + by[0], y * scale + by[1]) for x, y in points]


def mirrored(profile: Sequence[Point], axis: float) -> list[Point]:
    """A right-hand ``profile`` of (half width, y) turned into a vessel around ``axis``."""
    curve = smooth(profile, 8)
    return [(axis + half, y) for half, y in curve] + [
        (axis - half, y) for half, y in reversed(curve)
    ]


def leaf(
    base: Point, length: float, width: float, degrees: float
) -> tuple[list[Point], list[Point]]:
    """Both halves of a pointed leaf growing from ``base`` in the direction ``degrees``."""
    shares = [step / 14 for step in range(15)]
    edge = [(length * t, width / 2 * math.sin(math.pi * t**0.8)) for t in shares]
    upper = moved(turned([(x, -y) for x, y in edge], degrees), base)
    lower = moved(turned(edge, degrees), base)
    return upper, lower


def spread(start: float, stop: float, count: int) -> list[float]:
    """``count`` values from ``start`` to ``stop``, both included."""
    return [start + (stop - start) * index / (count - 1) for index in range(count)]

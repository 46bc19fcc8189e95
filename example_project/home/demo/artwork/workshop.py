"""The workshop: a board of tools, shelves of pots."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from .canvas import Canvas
from .geometry import Point, mirrored, moved, polar, smooth, spread, turned
from .palettes import Palette, mix


def tools(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A board with a place for everything, and one outline where something is out on loan."""
    canvas.fade(mix(inks.light, inks.paper, 0.3), inks.light)
    for row in range(23):
        for column in range(40):
            canvas.disc(20 + column * 40, 20 + row * 40, 4.5, inks.ink, 0.22)
    for place, piece in zip(
        spread(150, 1450, 6), (_hammer, _saw, _spanner, _plane, _chisel, _pliers), strict=True
    ):
        piece(canvas, inks, place)


def _part(canvas: Canvas, points: list[Point], colour: str) -> None:
    canvas.shadow(points, offset=(10, 14), blur=7, opacity=0.3)
    canvas.area(points, colour)


def _rect(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _hammer(canvas: Canvas, inks: Palette, x: float) -> None:
    handle = smooth(
        [
            (x - 17, 300),
            (x - 20, 480),
            (x - 26, 640),
            (x - 22, 740),
            (x + 22, 740),
            (x + 26, 640),
            (x + 20, 480),
            (x + 17, 300),
        ],
        8,
    )
    _part(canvas, handle, inks.spark)
    canvas.box(x - 24, 640, x + 24, 736, inks.accent, corner=10)
    _part(
        canvas,
        [
            (x - 96, 196),
            (x - 96, 282),
            (x - 70, 290),
            (x + 20, 290),
            (x + 60, 268),
            (x + 116, 300),
            (x + 104, 238),
            (x + 46, 196),
        ],
        inks.ink,
    )
    canvas.box(x - 96, 196, x - 78, 284, inks.mid)


def _saw(canvas: Canvas, inks: Palette, x: float) -> None:
    teeth = [(x - 44 + (6 if step % 2 else -12), 330 + step * 13) for step in range(33)]
    _part(
        canvas,
        [(x + 62, 310), (x + 18, 760), (x - 26, 760), *reversed(teeth), (x - 52, 310)],
        mix(inks.mid, inks.paper, 0.35),
    )
    canvas.line([(x + 40, 340), (x + 4, 720)], inks.paper, 4, 0.7)
    _part(
        canvas,
        smooth(
            [
                (x - 66, 330),
                (x - 78, 220),
                (x - 30, 150),
                (x + 50, 160),
                (x + 86, 240),
                (x + 74, 330),
            ],
            8,
            closed=True,
        ),
        inks.accent,
    )
    canvas.oval(x + 4, 236, 32, 46, mix(inks.light, inks.paper, 0.1))
    for dx, dy in ((-34, 312), (40, 312), (4, 326)):
        canvas.disc(x + dx, dy, 7, inks.spark)


def _spanner(canvas: Canvas, inks: Palette, x: float) -> None:
    head = [polar((x, 220), 72, angle) for angle in range(-52, 233, 6)]
    jaw = [(x - 26, 176), (x - 26, 232), (x, 250), (x + 26, 232), (x + 26, 176)]
    _part(canvas, [*head, *jaw], inks.deep)
    _part(canvas, _rect(x - 23, 280, x + 23, 690), inks.deep)
    canvas.box(x - 8, 320, x + 8, 640, mix(inks.deep, inks.ink, 0.5), corner=8)
    ring = [polar((x, 712), 56, angle) for angle in range(0, 360, 6)]
    _part(canvas, ring, inks.deep)
    canvas.area(
        [polar((x, 712), 30, 60 * side) for side in range(6)], mix(inks.light, inks.paper, 0.1)
    )


def _plane(canvas: Canvas, inks: Palette, x: float) -> None:
    """Out on loan: only its outline is on the board."""
    body = [
        (x - 62, 190),
        (x + 62, 190),
        (x + 70, 240),
        (x + 70, 690),
        (x + 56, 740),
        (x - 56, 740),
        (x - 70, 690),
        (x - 70, 240),
    ]
    outline = [*body, body[0]]
    for start, end in pairwise(outline):
        count = max(2, int(math.dist(start, end) / 22))
        for share in range(count):
            a, b = share / count, (share + 0.55) / count
            canvas.line(
                [
                    (start[0] + (end[0] - start[0]) * a, start[1] + (end[1] - start[1]) * a),
                    (start[0] + (end[0] - start[0]) * b, start[1] + (end[1] - start[1]) * b),
                ],
                inks.paper,
                6,
            )
    tag = turned(
        [(x - 44, 400), (x + 44, 400), (x + 44, 500), (x, 530), (x - 44, 500)], 8, (x, 400)
    )
    canvas.line([(x, 350), (x, 412)], inks.ink, 3)
    _part(canvas, tag, inks.spark)
    for y in (444, 462, 480):
        canvas.line([(x - 30, y), (x + 18, y + 3)], inks.ink, 4, 0.7)


def _chisel(canvas: Canvas, inks: Palette, x: float) -> None:
    for offset, size in ((-58, 0.85), (4, 1.0), (66, 1.15)):
        cx, wide = x + offset, 17 * size
        _part(
            canvas,
            smooth(
                [
                    (cx - 15, 360),
                    (cx - 22, 280),
                    (cx - 18, 190),
                    (cx + 18, 190),
                    (cx + 22, 280),
                    (cx + 15, 360),
                ],
                8,
            ),
            inks.accent if offset == 4 else inks.spark,
        )
        canvas.box(cx - 13, 354, cx + 13, 376, inks.ink)
        _part(
            canvas,
            [
                (cx - 9, 376),
                (cx + 9, 376),
                (cx + wide, 470),
                (cx + wide, 660 * size**0.2),
                (cx - wide, 690 * size**0.2),
                (cx - wide, 470),
            ],
            mix(inks.mid, inks.paper, 0.3),
        )


def _pliers(canvas: Canvas, inks: Palette, x: float) -> None:
    for way in (-1, 1):
        grip = smooth(
            [
                (x + way * 12, 380),
                (x + way * 66, 470),
                (x + way * 74, 600),
                (x + way * 44, 738),
                (x + way * 16, 734),
                (x + way * 36, 600),
                (x + way * 30, 490),
                (x - way * 14, 400),
            ],
            8,
        )
        _part(canvas, grip, inks.accent if way == 1 else mix(inks.accent, inks.ink, 0.25))
        _part(
            canvas,
            [
                (x - way * 3, 200),
                (x + way * 22, 206),
                (x + way * 46, 320),
                (x + way * 30, 392),
                (x - way * 14, 400),
            ],
            inks.ink,
        )
    canvas.disc(x, 366, 22, inks.mid)
    canvas.disc(x, 366, 9, inks.ink)


def pots(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Vessels thrown on one wheel and dipped in four glazes."""
    canvas.fade(mix(inks.paper, inks.light, 0.25), mix(inks.light, inks.paper, 0.4))
    profiles: list[list[Point]] = [
        [(30, -230), (34, -196), (84, -120), (80, -30), (52, 0)],
        [(112, -120), (104, -70), (66, -20), (48, 0)],
        [(22, -300), (20, -226), (32, -186), (74, -110), (66, -24), (44, 0)],
        [(64, -176), (72, -150), (76, -60), (60, 0)],
        [(136, -84), (124, -48), (60, -14), (52, 0)],
        [(48, -250), (40, -214), (96, -150), (70, -56), (54, 0)],
    ]
    glazes = [inks.accent, inks.spark, inks.deep, inks.mid, mix(inks.deep, inks.ink, 0.5)]
    for shelf, board in enumerate((420, 810)):
        for index, x in enumerate(spread(170, 1430, 6)):
            profile = profiles[(index + shelf * 3 + (shelf and index % 2)) % 6]
            _pot(
                canvas,
                inks,
                (x, board),
                profile,
                glazes[(index * 2 + shelf) % len(glazes)],
                index + shelf,
            )
        canvas.box(0, board, 1600, board + 22, mix(inks.deep, inks.ink, 0.35))
        canvas.box(0, board + 22, 1600, board + 40, inks.ink, 0.16)


def _pot(
    canvas: Canvas, inks: Palette, foot: Point, profile: list[Point], glaze: str, style: int
) -> None:
    x, board = foot
    outline = moved(mirrored(profile, 0), (x, board), 1.12)
    canvas.area(
        outline, mix(inks.paper, inks.light, 0.75) if style % 2 else mix(inks.mid, inks.light, 0.5)
    )
    top, height = min(y for _, y in outline), board - min(y for _, y in outline)
    line = top + height * (0.42, 0.66, 0.55)[style % 3]
    dipped = [(px, min(py, line + 7 * math.sin(px / 15 + style))) for px, py in outline]
    canvas.area(dipped, glaze)
    if style % 3 == 1:
        for share in (0.74, 0.82):
            _band(canvas, outline, top + height * share, inks.ink)
    shade = [(x + (px - x) * (1 if px > x else -0.35), py) for px, py in outline]
    canvas.area([(max(px, x + 6), py) for px, py in shade], inks.ink, 0.15)
    mouth = profile[0][0] * 1.12
    canvas.oval(x, top + 2, mouth, mouth * 0.13 + 2, mix(glaze, inks.ink, 0.55))


def _band(canvas: Canvas, outline: list[Point], y: float, colour: str) -> None:
    xs = [px for px, py in outline if abs(py - y) < 12]
    if xs:
        canvas.line([(min(xs) + 3, y), (max(xs) - 3, y)], colour, 6, 0.8)

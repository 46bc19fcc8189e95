"""The city as a place: skyline, wet square, bridge, library."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas
from .geometry import Point, down_to, moved, polar, regular, ridge, smooth, spread, wave
from .palettes import Palette, mix


def skyline(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A harbour town at blue hour, and again upside down in the water."""
    water = 660
    canvas.fade(inks.deep, mix(inks.accent, inks.spark, 0.55), end=water)
    canvas.disc(1180, 250, 92, inks.paper)
    blocks: list[tuple[float, float, float, str, bool]] = []
    for depth, tone in enumerate(
        (mix(inks.mid, inks.accent, 0.25), mix(inks.deep, inks.mid, 0.3), inks.ink)
    ):
        x = -30.0
        while x < 1620:
            wide = rng.uniform(52, 118)
            high = rng.uniform(120, 330) * (1.25 - depth * 0.28)
            blocks.append((x, wide, high, tone, depth == 2))
            x += wide + rng.choice([0, 0, 8])
    for block in blocks:
        _house_block(canvas, inks, rng, block, water)
    canvas.fade(mix(inks.accent, inks.deep, 0.55), inks.ink, start=water)
    for x, wide, high, tone, _ in blocks:
        canvas.box(x, water, x + wide, water + high * 0.55, tone, 0.4)
    for _ in range(150):
        x, y = rng.uniform(0, 1600), water + 8 + 230 * rng.random() ** 1.3
        half = rng.uniform(8, 30) + (y - water) * 0.14
        canvas.line(
            [(x - half, y), (x + half, y)],
            rng.choice([inks.spark, inks.accent, inks.light]),
            3,
            0.55,
            round_ends=True,
        )


def _house_block(
    canvas: Canvas,
    inks: Palette,
    rng: Random,
    block: tuple[float, float, float, str, bool],
    base: float,
) -> None:
    x, wide, high, tone, near = block
    top = base - high
    canvas.box(x, top, x + wide, base, tone)
    roof = rng.choice(["flat", "gable", "mast", "step", "dome"])
    if roof == "gable":
        canvas.area([(x, top + 1), (x + wide / 2, top - wide * 0.5), (x + wide, top + 1)], tone)
    elif roof == "mast":
        canvas.line([(x + wide / 2, top), (x + wide / 2, top - 62)], tone, 5)
    elif roof == "step":
        canvas.box(x + wide * 0.2, top - 28, x + wide * 0.8, top, tone)
    elif roof == "dome":
        canvas.slice(x + wide / 2, top + 1, wide * 0.4, (180, 360), tone)
    if near:
        for row in range(int(high // 30)):
            for column in range(int(wide // 22)):
                if rng.random() < 0.42:
                    left, upper = x + 8 + column * 22, top + 14 + row * 30
                    canvas.box(
                        left, upper, left + 10, upper + 15, inks.spark, rng.choice([0.9, 0.9, 0.5])
                    )


def umbrellas(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A wet square seen from the fourth floor."""
    canvas.fade(mix(inks.deep, inks.ink, 0.25), inks.deep)
    for row in range(-2, 24):
        for column in range(-1, 22):
            x, y = column * 82 + (41 if row % 2 else 0), row * 41
            canvas.area(
                [(x, y), (x + 38, y + 19), (x, y + 38), (x - 38, y + 19)],
                inks.ramp(0.66 + rng.uniform(-0.03, 0.09)),
            )
    for _ in range(60):
        drop = (rng.uniform(0, 1600), rng.uniform(0, 900))
        for radius in (8, 18, 30)[: rng.randint(1, 3)]:
            canvas.ring(*drop, radius, inks.light, 2.2, 0.35)
    spots: list[tuple[float, float, float]] = [
        (190, 180, 120),
        (520, 120, 92),
        (860, 250, 140),
        (1220, 150, 104),
        (1480, 330, 122),
        (330, 480, 132),
        (640, 640, 108),
        (1010, 590, 124),
        (1330, 690, 138),
        (140, 780, 104),
        (470, 860, 112),
        (830, 860, 90),
    ]
    tones = [inks.accent, inks.spark, inks.paper, inks.mid, mix(inks.accent, inks.ink, 0.3)]
    for index, (across, down, reach) in enumerate(spots):
        _umbrella(
            canvas, inks, (across, down), reach, tones[index % len(tones)], rng.uniform(0, 45)
        )
    for _ in range(120):
        left, top = rng.uniform(0, 1700), rng.uniform(-60, 900)
        canvas.line([(left, top), (left - 26, top + 74)], inks.paper, 1.8, 0.3)


def _umbrella(
    canvas: Canvas, inks: Palette, centre: Point, radius: float, tone: str, turn: float
) -> None:
    canvas.shadow(regular(centre, radius, 8, turn), offset=(26, 34), blur=12, opacity=0.45)
    rim = regular(centre, radius, 8, turn)
    for side in range(8):
        start, end = rim[side], rim[(side + 1) % 8]
        dip = polar(centre, radius * 0.86, turn + 45 * side + 22.5)
        scallop = smooth([start, dip, end], 6)
        shade = mix(tone, inks.ink, 0.2) if side % 2 else tone
        canvas.area([centre, *scallop], shade)
    for corner in rim:
        canvas.line([centre, corner], inks.ink, 2.2, 0.5)
    canvas.disc(*centre, 7, inks.ink)


def bridge(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """An old stone bridge, five arches, and their other halves in the river."""
    canvas.fade(mix(inks.light, inks.paper, 0.2), mix(inks.spark, inks.paper, 0.5), end=600)
    canvas.disc(430, 300, 104, inks.accent)
    for layer in range(2):
        far = wave(rng, height=48, length=760)
        canvas.area(
            down_to(ridge(far, 480 + layer * 60)), mix(inks.mid, inks.light, 0.6 - layer * 0.35)
        )
    canvas.fade(mix(inks.light, inks.mid, 0.4), inks.deep, start=600)
    stone, dark = mix(inks.ink, inks.deep, 0.3), inks.ink
    deck = [(x, 400 + ((x - 800) / 800) ** 2 * 78) for x in range(-20, 1640, 20)]
    canvas.area([*deck, (1640, 604), (-20, 604)], stone)
    mirror = [(x, 604 + (604 - y) * 0.8) for x, y in deck]
    canvas.area([*mirror, (1640, 604), (-20, 604)], dark, 0.42)
    sky = mix(inks.mid, inks.light, 0.42)
    for index, x in enumerate(spread(140, 1460, 5)):
        rise = 138 - abs(index - 2) * 22
        arch = [(x + 128 * math.cos(a), 604 - rise * math.sin(a)) for a in spread(0, math.pi, 40)]
        canvas.area(arch, sky)
        canvas.line(arch, mix(stone, inks.light, 0.45), 9)
        still = [(px, 604 + (604 - py) * 0.9) for px, py in arch]
        canvas.area(still, mix(inks.light, inks.paper, 0.3), 0.75)
    canvas.line(deck, mix(stone, inks.light, 0.5), 12)
    for x in spread(80, 1520, 9):
        y = 400 + ((x - 800) / 800) ** 2 * 78
        canvas.line([(x, y), (x, y - 74)], dark, 5)
        canvas.disc(x, y - 80, 11, inks.spark)
    for _ in range(70):
        x, y = rng.uniform(0, 1600), rng.uniform(616, 890)
        canvas.line([(x, y), (x + rng.uniform(30, 110), y)], inks.paper, 3, 0.42, round_ends=True)


def library(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Two and a half shelves, read and put back."""
    canvas.box(0, 0, 1600, 900, mix(inks.ink, inks.deep, 0.15))
    tones = [
        inks.accent,
        inks.spark,
        inks.mid,
        inks.deep,
        inks.light,
        inks.paper,
        mix(inks.accent, inks.paper, 0.4),
        mix(inks.mid, inks.ink, 0.3),
    ]
    for board in (280, 590, 900):
        x = rng.uniform(-20, 20)
        while x < 1610:
            if rng.random() < 0.055:
                x += _leaning(canvas, inks, x + 34, board, rng.choice(tones))
                continue
            wide, high = rng.uniform(22, 62), rng.uniform(188, 262)
            _spine(canvas, inks, rng, (x, board - high, x + wide, board), rng.choice(tones))
            x += wide + 2
        canvas.box(0, board, 1600, board + 24, mix(inks.light, inks.spark, 0.35))
        canvas.box(0, board + 24, 1600, board + 34, "#000000", 0.35)


def _leaning(canvas: Canvas, inks: Palette, x: float, board: float, tone: str) -> float:
    """One book that has lost its neighbour; returns the room it takes."""
    canvas.area(moved([(0, 0), (38, 0), (112, -208), (76, -221)], (x - 20, board)), tone)
    canvas.area(
        moved([(30, -86), (67, -82), (76, -108), (40, -114)], (x - 20, board)), inks.ink, 0.5
    )
    return 150.0


def _spine(
    canvas: Canvas, inks: Palette, rng: Random, frame: tuple[float, float, float, float], tone: str
) -> None:
    left, top, right, foot = frame
    canvas.box(left, top, right, foot, tone)
    canvas.box(right - 5, top, right, foot, inks.ink, 0.25)
    band = inks.paper if tone not in (inks.paper, inks.light) else inks.ink
    style = rng.randrange(4)
    if style == 0:
        for y in (top + 24, top + 36, foot - 40):
            canvas.box(left, y, right - 5, y + 5, band, 0.8)
    elif style == 1:
        canvas.box(left + 6, top + 34, right - 10, top + 96, band, 0.85)
    elif style == 2:
        canvas.line(
            [((left + right) / 2 - 2, top + 40), ((left + right) / 2 - 2, foot - 66)], band, 6, 0.75
        )
        canvas.disc((left + right) / 2 - 2, foot - 36, 7, band, 0.8)
    else:
        canvas.box(left, foot - 74, right - 5, foot - 30, inks.ink, 0.5)

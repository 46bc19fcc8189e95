"""The city as houses: a street with a tram, a town on a hill."""

from __future__ import annotations

from random import Random

from .canvas import Canvas
from .geometry import spread, wave
from .palettes import Palette, mix


def tram_street(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """A row of fronts, no two alike, and the tram that keeps them company."""
    canvas.fade(mix(inks.light, inks.paper, 0.4), inks.paper, end=700)
    tones = [
        inks.accent,
        inks.spark,
        inks.mid,
        inks.light,
        mix(inks.accent, inks.paper, 0.45),
        mix(inks.mid, inks.deep, 0.5),
        mix(inks.spark, inks.paper, 0.5),
    ]
    x, before = -30.0, ""
    while x < 1620:
        wide = rng.choice([150.0, 176.0, 200.0])
        tone = rng.choice([tone for tone in tones if tone != before])
        _front(canvas, inks, rng, (x, rng.uniform(150, 250), x + wide, 712), tone)
        x, before = x + wide, tone
    canvas.box(0, 712, 1600, 738, inks.light)
    canvas.box(0, 738, 1600, 900, mix(inks.deep, inks.ink, 0.45))
    for y in (846, 872):
        canvas.line([(0, y), (1600, y)], inks.light, 5, 0.8)
    canvas.line([(0, 520), (1600, 506)], inks.ink, 2.5)
    _tram(canvas, inks, 560)


def _front(
    canvas: Canvas, inks: Palette, rng: Random, frame: tuple[float, float, float, float], tone: str
) -> None:
    left, top, right, foot = frame
    middle, wide = (left + right) / 2, right - left
    canvas.box(left, top, right, foot, tone)
    roof = mix(tone, inks.ink, 0.55)
    gable = rng.choice(["steep", "stepped", "round", "cornice"])
    if gable == "steep":
        canvas.area([(left, top), (middle, top - wide * 0.52), (right, top)], tone)
        canvas.disc(middle, top - 24, 13, roof)
    elif gable == "stepped":
        for step in range(4):
            canvas.box(
                left + step * wide * 0.12,
                top - 24 * (step + 1),
                right - step * wide * 0.12,
                top - 24 * step,
                tone,
            )
    elif gable == "round":
        canvas.slice(middle, top + 1, wide / 2, (180, 360), tone)
        canvas.slice(middle, top - 8, 24, (180, 360), roof)
    else:
        canvas.box(left - 4, top - 18, right + 4, top, roof)
    columns = 3 if wide > 170 else 2
    for row, upper in enumerate(spread(top + 34, foot - 250, 4)):
        for centre in spread(left + wide * 0.22, right - wide * 0.22, columns):
            _window(canvas, inks, rng, centre, upper, 72 - row * 3)
    _shop(canvas, inks, rng, (left, foot - 128, right, foot))


def _window(canvas: Canvas, inks: Palette, rng: Random, x: float, top: float, high: float) -> None:
    glass = rng.choices([inks.ink, mix(inks.ink, inks.deep, 0.6), inks.spark], [4, 3, 1])[0]
    canvas.box(x - 18, top - 4, x + 18, top + high, inks.paper)
    canvas.box(x - 13, top, x + 13, top + high - 4, glass)
    canvas.line([(x, top), (x, top + high - 4)], inks.paper, 3)
    canvas.line([(x - 13, top + high * 0.4), (x + 13, top + high * 0.4)], inks.paper, 3)
    canvas.box(x - 22, top + high, x + 22, top + high + 6, inks.paper)


def _shop(
    canvas: Canvas, inks: Palette, rng: Random, frame: tuple[float, float, float, float]
) -> None:
    left, top, right, foot = frame
    canvas.box(left + 12, top, right - 12, foot, inks.ink)
    canvas.box(left + 22, top + 34, right - 62, foot - 18, mix(inks.spark, inks.paper, 0.4))
    canvas.box(right - 52, top + 34, right - 22, foot, inks.deep)
    stripes = int((right - left - 10) // 20)
    awning = rng.choice([inks.accent, inks.deep, inks.spark])
    for stripe in range(stripes):
        x = left + 6 + stripe * 20
        tone = awning if stripe % 2 else inks.paper
        canvas.area([(x, top - 6), (x + 20, top - 6), (x + 20, top + 32), (x, top + 32)], tone)
        canvas.slice(x + 10, top + 31, 10, (0, 180), tone)


def _tram(canvas: Canvas, inks: Palette, x: float) -> None:
    """Two cars, seen from the opposite pavement."""
    top, foot = 590, 840
    canvas.line([(x + 330, top - 4), (x + 370, 552), (x + 330, 514)], inks.ink, 5)
    for start in (x, x + 430):
        canvas.box(start, top, start + 420, foot, inks.accent, corner=26)
        canvas.box(start, top + 138, start + 420, foot - 22, inks.paper)
        canvas.box(start, top + 152, start + 420, foot - 22, inks.accent)
        canvas.box(start + 8, foot - 30, start + 412, foot, inks.ink, corner=8)
        for left in spread(start + 24, start + 320, 4):
            canvas.box(
                left, top + 34, left + 76, top + 122, mix(inks.ink, inks.deep, 0.45), corner=8
            )
            canvas.area(
                [
                    (left + 16, top + 122),
                    (left + 46, top + 34),
                    (left + 62, top + 34),
                    (left + 32, top + 122),
                ],
                inks.light,
                0.35,
            )
        for wheel in (start + 84, start + 150, start + 270, start + 336):
            canvas.disc(wheel, foot + 4, 19, inks.ink)
            canvas.disc(wheel, foot + 4, 8, inks.mid)
    canvas.box(x + 416, top + 18, x + 434, foot - 12, inks.ink)
    canvas.disc(x + 832, foot - 58, 11, inks.spark)


def hill_town(canvas: Canvas, inks: Palette, rng: Random) -> None:
    """Houses climbing one over the other, and a stair between them."""
    canvas.fade(inks.light, inks.paper, end=420)
    canvas.disc(300, 190, 86, inks.spark)
    walls = [
        inks.paper,
        mix(inks.paper, inks.light, 0.6),
        inks.light,
        mix(inks.accent, inks.paper, 0.55),
        mix(inks.spark, inks.paper, 0.5),
        mix(inks.mid, inks.paper, 0.4),
    ]
    for row in range(8):
        size = 0.62 + row * 0.085
        crest = wave(rng, height=16, length=700, octaves=2)
        x = rng.uniform(-90, -20)
        while x < 1640:
            bend = 175 * ((x - 800) / 800) ** 2 * (1 - row / 8)
            wide = rng.uniform(104, 150) * size
            foot = 330 + row * 88 + crest(x) + bend
            _cottage(
                canvas, inks, rng, (x, foot, wide, rng.uniform(118, 165) * size), rng.choice(walls)
            )
            x += wide * rng.uniform(0.98, 1.12)


def _cottage(
    canvas: Canvas, inks: Palette, rng: Random, frame: tuple[float, float, float, float], wall: str
) -> None:
    x, foot, wide, high = frame
    top = foot - high
    roof = rng.choice(
        [inks.accent, mix(inks.accent, inks.ink, 0.3), inks.deep, mix(inks.deep, inks.mid, 0.5)]
    )
    canvas.box(x, top, x + wide, foot + 110, wall)
    canvas.box(x + wide * 0.62, top, x + wide, foot + 110, inks.ink, 0.1)
    if rng.random() < 0.6:
        canvas.box(
            x + wide * 0.68, top - wide * 0.44, x + wide * 0.8, top, mix(wall, inks.ink, 0.35)
        )
    if rng.random() < 0.72:
        canvas.area(
            [(x - 7, top + 4), (x + wide / 2, top - wide * 0.44), (x + wide + 7, top + 4)], roof
        )
    else:
        canvas.area(
            [
                (x - 5, top + 4),
                (x + wide * 0.16, top - wide * 0.3),
                (x + wide * 0.84, top - wide * 0.3),
                (x + wide + 5, top + 4),
            ],
            roof,
        )
    for row in range(2):
        for column in (0.26, 0.7):
            left, upper = x + wide * column - wide * 0.08, top + high * (0.2 + row * 0.4)
            glass = inks.spark if rng.random() < 0.22 else inks.ink
            canvas.box(left, upper, left + wide * 0.16, upper + high * 0.2, glass, 0.9)

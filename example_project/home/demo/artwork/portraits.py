"""Author portraits: faces from a few flat shapes, recognisable by hair and colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image

from . import hair
from .canvas import Canvas
from .geometry import smooth
from .palettes import CLAY, DAWN, INDIGO, PLUM, SEA, WOOD, Palette, mix

Hair = Callable[[Canvas, str], None]
UNITS = (480, 480)
BLUSH = "#d1493a"


@dataclass(frozen=True, slots=True)
class Sitter:
    """What tells one face from another; ``behind`` and ``front`` are two layers of hair."""

    inks: Palette
    skin: str
    hair_colour: str
    behind: Hair
    front: Hair
    clothes: str
    collar: str
    glasses: bool = False
    beard: bool = False
    earrings: bool = False


def paint(sitter: Sitter, size: int) -> Image.Image:
    """A square portrait, ``size`` pixels wide."""
    canvas = Canvas(UNITS, (size, size), sitter.inks.light)
    canvas.disc(240, 250, 214, mix(sitter.inks.spark, sitter.inks.paper, 0.25))
    sitter.behind(canvas, sitter.hair_colour)
    _shoulders(canvas, sitter)
    _head(canvas, sitter)
    if sitter.beard:
        canvas.area(
            smooth(
                [
                    (152, 240),
                    (160, 310),
                    (200, 358),
                    (240, 368),
                    (280, 358),
                    (320, 310),
                    (328, 240),
                    (306, 282),
                    (270, 286),
                    (240, 280),
                    (210, 286),
                    (174, 282),
                ],
                8,
                closed=True,
            ),
            sitter.hair_colour,
        )
    _features(canvas, sitter)
    sitter.front(canvas, sitter.hair_colour)
    if sitter.glasses:
        _glasses(canvas, sitter.inks.ink)
    rng = Random(sitter.hair_colour)  # noqa: S311 - paper grain, not a secret
    return canvas.finish(rng, 0.04)


def _shoulders(canvas: Canvas, sitter: Sitter) -> None:
    shape = smooth(
        [
            (28, 500),
            (56, 420),
            (140, 384),
            (200, 372),
            (280, 372),
            (340, 384),
            (424, 420),
            (452, 500),
        ],
        8,
    )
    canvas.area(shape, sitter.clothes)
    canvas.area([(240, 372), (280, 372), *shape[32:], (240, 500)], sitter.inks.ink, 0.1)
    neck = mix(sitter.skin, sitter.inks.ink, 0.16)
    canvas.area([(200, 300), (280, 300), (284, 384), (240, 424), (196, 384)], neck)
    canvas.line([(188, 376), (240, 430), (292, 376)], sitter.collar, 13)


def _head(canvas: Canvas, sitter: Sitter) -> None:
    for x in (150, 330):
        canvas.oval(x, 240, 20, 28, mix(sitter.skin, sitter.inks.ink, 0.1))
        if sitter.earrings:
            canvas.disc(x, 276, 9, sitter.inks.accent)
    face = smooth(
        [
            (152, 190),
            (162, 120),
            (240, 88),
            (318, 120),
            (328, 190),
            (320, 272),
            (286, 334),
            (240, 352),
            (194, 334),
            (160, 272),
        ],
        10,
        closed=True,
    )
    canvas.area(face, sitter.skin)
    canvas.area([(max(x, 240 + (y - 220) * 0.06), y) for x, y in face], sitter.inks.ink, 0.07)


def _features(canvas: Canvas, sitter: Sitter) -> None:
    ink = sitter.inks.ink
    for x in (202, 278):
        canvas.oval(x, 224, 9, 10, ink)
        canvas.disc(x + 3, 220, 3, "#ffffff", 0.9)
        outer = -1 if x < 240 else 1
        brow = smooth([(x + outer * 23, 197), (x + outer * 4, 187), (x - outer * 20, 190)])
        canvas.line(brow, mix(sitter.hair_colour, ink, 0.4), 6.5, round_ends=True)
        canvas.disc(x + outer * 22, 266, 21, BLUSH, 0.2)
    canvas.line(
        [(242, 226), (252, 266), (232, 270)], mix(sitter.skin, ink, 0.32), 6, round_ends=True
    )
    mouth = mix(mix(sitter.skin, BLUSH, 0.75), ink, 0.2)
    canvas.line(smooth([(212, 302), (240, 314), (268, 302)]), mouth, 8, round_ends=True)


def _glasses(canvas: Canvas, ink: str) -> None:
    for x in (202, 278):
        canvas.ring(x, 226, 32, ink, 6)
        canvas.disc(x, 226, 29, "#ffffff", 0.16)
    canvas.line([(233, 220), (247, 220)], ink, 6)
    canvas.line([(171, 222), (150, 214)], ink, 5)
    canvas.line([(309, 222), (330, 214)], ink, 5)


SITTERS: dict[str, Sitter] = {
    "ines-haldane": Sitter(
        SEA,
        "#e9b48f",
        "#2b2a33",
        hair.bob_behind,
        hair.bob_front,
        "#15364a",
        "#f8d26a",
        glasses=True,
    ),
    "tomasz-wierny": Sitter(
        WOOD, "#f0c6a4", "#7a4a2c", hair.nothing, hair.short_front, "#4a7157", "#f4f0de", beard=True
    ),
    "maren-ostby": Sitter(
        DAWN,
        "#f3cdb0",
        "#d9a441",
        hair.bun_behind,
        hair.bun_front,
        "#8f5b70",
        "#f8ead7",
        earrings=True,
    ),
    "jonas-abara": Sitter(
        CLAY, "#7b4a33", "#1f1714", hair.curls_behind, hair.curls_front, "#3b7a78", "#e9b048"
    ),
    "devika-lindqvist": Sitter(
        INDIGO,
        "#b9784f",
        "#1d1a2a",
        hair.long_behind,
        hair.parting_front,
        "#db573d",
        "#f3f0e6",
        earrings=True,
    ),
    "rosalind-tew": Sitter(
        PLUM, "#f2d3bd", "#3d7d71", hair.nothing, hair.cap_front, "#371f40", "#e8c3c3", glasses=True
    ),
}

"""Hair, in two layers: what falls behind the shoulders and what frames the face."""

from __future__ import annotations

from .canvas import Canvas
from .geometry import Point, smooth
from .palettes import mix


def _shape(canvas: Canvas, colour: str, points: list[Point]) -> None:
    canvas.area(smooth(points, 8, closed=True), colour)


def nothing(canvas: Canvas, colour: str) -> None:
    """No hair in this layer."""


def bob_behind(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        mix(colour, "#000000", 0.2),
        [
            (128, 200),
            (150, 90),
            (240, 54),
            (330, 90),
            (352, 200),
            (362, 330),
            (300, 366),
            (180, 366),
            (118, 330),
        ],
    )


def bob_front(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        colour,
        [
            (126, 260),
            (128, 150),
            (176, 76),
            (240, 56),
            (304, 76),
            (352, 150),
            (354, 260),
            (330, 230),
            (318, 168),
            (240, 150),
            (162, 168),
            (150, 230),
        ],
    )


def short_front(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        colour,
        [
            (146, 196),
            (136, 130),
            (176, 72),
            (252, 52),
            (318, 78),
            (342, 136),
            (334, 196),
            (314, 148),
            (260, 132),
            (200, 150),
            (166, 144),
        ],
    )


def bun_behind(canvas: Canvas, colour: str) -> None:
    canvas.disc(240, 58, 48, mix(colour, "#000000", 0.2))
    canvas.arc(240, 58, 34, (20, 150), colour, 6, 0.7)


def bun_front(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        colour,
        [
            (144, 214),
            (134, 140),
            (180, 82),
            (240, 68),
            (300, 82),
            (346, 140),
            (336, 214),
            (318, 160),
            (270, 118),
            (240, 108),
            (210, 118),
            (162, 160),
        ],
    )


def curls_behind(canvas: Canvas, colour: str) -> None:
    for x, y, radius in (
        (150, 150, 54),
        (130, 220, 46),
        (190, 96, 54),
        (250, 78, 56),
        (310, 104, 52),
        (344, 164, 50),
        (350, 230, 42),
        (142, 280, 34),
        (340, 286, 32),
    ):
        canvas.disc(x, y, radius, mix(colour, "#000000", 0.12))


def curls_front(canvas: Canvas, colour: str) -> None:
    for x, y, radius in (
        (168, 136, 34),
        (208, 108, 36),
        (254, 100, 36),
        (298, 118, 34),
        (324, 154, 26),
        (152, 172, 24),
    ):
        canvas.disc(x, y, radius, colour)


def long_behind(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        mix(colour, "#000000", 0.18),
        [
            (124, 210),
            (144, 96),
            (240, 52),
            (336, 96),
            (356, 210),
            (374, 380),
            (390, 470),
            (300, 480),
            (180, 480),
            (90, 470),
            (106, 380),
        ],
    )


def parting_front(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        colour,
        [
            (132, 290),
            (124, 170),
            (166, 84),
            (232, 60),
            (226, 116),
            (184, 160),
            (156, 220),
            (150, 290),
        ],
    )
    _shape(
        canvas,
        colour,
        [
            (348, 290),
            (356, 170),
            (314, 84),
            (228, 60),
            (222, 104),
            (280, 140),
            (324, 214),
            (332, 290),
        ],
    )


def cap_front(canvas: Canvas, colour: str) -> None:
    _shape(
        canvas,
        mix(colour, "#ffffff", 0.04),
        [
            (140, 186),
            (150, 96),
            (240, 46),
            (330, 96),
            (340, 186),
            (292, 168),
            (240, 164),
            (188, 168),
        ],
    )
    canvas.area(
        smooth(
            [
                (134, 196),
                (140, 158),
                (240, 142),
                (340, 158),
                (346, 196),
                (300, 182),
                (240, 178),
                (180, 182),
            ],
            8,
            closed=True,
        ),
        mix(colour, "#000000", 0.22),
    )
    for x in (172, 204, 240, 276, 308):
        canvas.line([(x, 148), (x, 182)], mix(colour, "#000000", 0.38), 4, 0.6)

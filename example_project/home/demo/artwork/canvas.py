"""The drawing surface: fixed units, soft edges, paper grain."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .geometry import Point, ribbon
from .palettes import RGBA, rgb, rgba

# Drawn at twice the size and reduced at the end: Pillow's shapes have hard edges.
SUPERSAMPLE = 2
GRAIN_TILE = 384


class Canvas:
    """A surface measured in its own units, whatever size the picture comes out at."""

    def __init__(self, units: tuple[int, int], size: tuple[int, int], background: str) -> None:
        self.units = units
        self.size = size
        # The drawing covers the wanted size; what hangs over is cut off in finish().
        self.scale = max(size[0] / units[0], size[1] / units[1]) * SUPERSAMPLE
        self.pixels = (round(units[0] * self.scale), round(units[1] * self.scale))
        self.image = Image.new("RGB", self.pixels, rgb(background))
        # The "RGBA" mode lets translucent inks blend with what is already there.
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    # Shapes

    def area(self, points: Sequence[Point], colour: str, opacity: float = 1) -> None:
        """Fill a polygon."""
        self.pen.polygon(self._flat(points), fill=rgba(colour, opacity))

    def line(
        self,
        points: Sequence[Point],
        colour: str,
        width: float = 3,
        opacity: float = 1,
        *,
        round_ends: bool = False,
    ) -> None:
        """Draw an open line with rounded joints."""
        if len(points) == 2:
            self.pen.line(self._flat(points), fill=rgba(colour, opacity), width=self._thick(width))
        else:
            # Pillow's own joints blend twice and show up in translucent lines.
            self.area(ribbon(points, width), colour, opacity)
        if round_ends:
            for x, y in (points[0], points[-1]):
                self.disc(x, y, width / 2, colour, opacity)

    def disc(self, x: float, y: float, radius: float, colour: str, opacity: float = 1) -> None:
        """Fill a circle."""
        self.oval(x, y, radius, radius, colour, opacity)

    def oval(
        self, x: float, y: float, across: float, up: float, colour: str, opacity: float = 1
    ) -> None:
        """Fill an ellipse given by its two half axes."""
        self.pen.ellipse(
            self._box(x - across, y - up, x + across, y + up), fill=rgba(colour, opacity)
        )

    def ring(
        self, x: float, y: float, radius: float, colour: str, width: float = 3, opacity: float = 1
    ) -> None:
        """Draw a circle's edge."""
        self.pen.ellipse(
            self._box(x - radius, y - radius, x + radius, y + radius),
            outline=rgba(colour, opacity),
            width=self._thick(width),
        )

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        span: tuple[float, float],
        colour: str,
        width: float = 3,
        opacity: float = 1,
    ) -> None:
        """Draw part of a circle's edge; ``span`` in degrees, clockwise from three o'clock."""
        box = self._box(x - radius, y - radius, x + radius, y + radius)
        self.pen.arc(box, *span, fill=rgba(colour, opacity), width=self._thick(width))

    def slice(
        self,
        x: float,
        y: float,
        radius: float,
        span: tuple[float, float],
        colour: str,
        opacity: float = 1,
    ) -> None:
        """Fill a piece of pie; ``span`` in degrees, clockwise from three o'clock."""
        self.pen.pieslice(
            self._box(x - radius, y - radius, x + radius, y + radius),
            *span,
            fill=rgba(colour, opacity),
        )

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: str,
        opacity: float = 1,
        *,
        corner: float = 0,
    ) -> None:
        """Fill a rectangle, with rounded corners if ``corner`` says so."""
        frame = self._box(left, top, right, bottom)
        if corner:
            self.pen.rounded_rectangle(
                frame, radius=corner * self.scale, fill=rgba(colour, opacity)
            )
        else:
            self.pen.rectangle(frame, fill=rgba(colour, opacity))

    # Surfaces

    def fade(self, top: str, bottom: str, *, start: float = 0, end: float | None = None) -> None:
        """Fill the full width between two heights with a vertical gradient."""
        last = self.units[1] if end is None else end
        area = (0, round(start * self.scale), self.pixels[0], round(last * self.scale))
        self.image.paste(
            _gradient(rgba(top, 1), rgba(bottom, 1), (area[2], area[3] - area[1])), area[:2]
        )

    def faded_area(self, points: Sequence[Point], top: str, bottom: str) -> None:
        """Fill a polygon with a vertical gradient over its own height."""
        left, upper, right, lower = self._bounds(points)
        mask = Image.new("L", (right - left, lower - upper), 0)
        local = [(x * self.scale - left, y * self.scale - upper) for x, y in points]
        ImageDraw.Draw(mask).polygon(local, fill=255)
        self.image.paste(_gradient(rgba(top, 1), rgba(bottom, 1), mask.size), (left, upper), mask)

    def shadow(
        self,
        points: Sequence[Point],
        *,
        offset: Point = (0, 10),
        blur: float = 14,
        opacity: float = 0.3,
    ) -> None:
        """Lay a soft shadow of a polygon on what has been drawn so far."""
        shrink = 8 / self.scale
        margin = blur * 3
        xs, ys = [x + offset[0] for x, _ in points], [y + offset[1] for _, y in points]
        left, top = min(xs) - margin, min(ys) - margin
        wide, high = max(xs) + margin - left, max(ys) + margin - top
        mask = Image.new("L", (max(1, round(wide / shrink)), max(1, round(high / shrink))), 0)
        local = [((x - left) / shrink, (y - top) / shrink) for x, y in zip(xs, ys, strict=True)]
        ImageDraw.Draw(mask).polygon(local, fill=round(255 * opacity))
        self._darken(
            mask.filter(ImageFilter.GaussianBlur(blur / shrink)), (left, top), (wide, high)
        )

    def glow(self, x: float, y: float, radius: float, colour: str, opacity: float = 0.5) -> None:
        """A soft round light."""
        side = round(2 * radius * self.scale)
        light = ImageChops.invert(Image.radial_gradient("L")).point(
            lambda value: round((max(0, value - 75) / 180) ** 2 * 255 * opacity)
        )
        mask = light.resize((side, side), Image.Resampling.BILINEAR)
        self.image.paste(
            rgb(colour), (round((x - radius) * self.scale), round((y - radius) * self.scale)), mask
        )

    # The end

    def finish(self, rng: Random, grain: float = 0.05) -> Image.Image:
        """The picture at the size asked for, with a little paper grain over it."""
        left = (self.pixels[0] - self.size[0] * SUPERSAMPLE) // 2
        top = (self.pixels[1] - self.size[1] * SUPERSAMPLE) // 2
        wide, high = self.size
        cut = self.image.crop((left, top, left + wide * SUPERSAMPLE, top + high * SUPERSAMPLE))
        picture = cut.reduce(SUPERSAMPLE)
        noise = _grain(rng, picture.size, grain)
        return ImageChops.overlay(picture, noise)

    def _flat(self, points: Sequence[Point]) -> list[tuple[float, float]]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _box(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        return left * self.scale, top * self.scale, right * self.scale, bottom * self.scale

    def _thick(self, width: float) -> int:
        return max(1, round(width * self.scale))

    def _bounds(self, points: Sequence[Point]) -> tuple[int, int, int, int]:
        xs, ys = [x * self.scale for x, _ in points], [y * self.scale for _, y in points]
        return int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1

    def _darken(self, mask: Image.Image, corner: Point, extent: Point) -> None:
        size = (max(1, round(extent[0] * self.scale)), max(1, round(extent[1] * self.scale)))
        place = (round(corner[0] * self.scale), round(corner[1] * self.scale))
        self.image.paste((20, 16, 28), place, mask.resize(size, Image.Resampling.BILINEAR))


def _gradient(top: RGBA, bottom: RGBA, size: tuple[int, int]) -> Image.Image:
    """A vertical gradient; stretched from 256 rows, which is as fine as eight bits go."""
    rows = [
        tuple(round(a + (b - a) * row / 255) for a, b in zip(top[:3], bottom[:3], strict=True))
        for row in range(256)
    ]
    column = Image.new("RGB", (1, 256))
    column.putdata(rows)
    return column.resize((max(1, size[0]), max(1, size[1])), Image.Resampling.BILINEAR)


def _grain(rng: Random, size: tuple[int, int], strength: float) -> Image.Image:
    """Mid-grey noise of the wanted size. Tiled from one small piece, so that it is cheap."""
    raw = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), rng.randbytes(GRAIN_TILE**2))
    soft = raw.filter(ImageFilter.GaussianBlur(0.6)).point(
        lambda value: round(127.5 + (value - 127.5) * 2 * strength)
    )
    sheet = Image.new("L", size, 128)
    for left in range(0, size[0], GRAIN_TILE):
        for top in range(0, size[1], GRAIN_TILE):
            sheet.paste(soft, (left, top))
    return Image.merge("RGB", (sheet, sheet, sheet))

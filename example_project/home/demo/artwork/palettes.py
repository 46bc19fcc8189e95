"""Colour: the limited palettes that keep every picture to seven inks."""

from __future__ import annotations

from dataclasses import dataclass

RGB = tuple[int, int, int]
RGBA = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Seven inks as ``#rrggbb``, from paper to ink, and two that stand out."""

    paper: str
    light: str
    mid: str
    deep: str
    ink: str
    accent: str
    spark: str

    def ramp(self, position: float) -> str:
        """The colour at ``position`` (0 = paper, 1 = ink) along the five quiet inks."""
        stops = (self.paper, self.light, self.mid, self.deep, self.ink)
        place = min(max(position, 0.0), 1.0) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        return mix(stops[index], stops[index + 1], place - index)


def rgb(colour: str) -> RGB:
    """``"#10a0ff"`` as three integers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def rgba(colour: str, opacity: float) -> RGBA:
    """``colour`` with an opacity between 0 and 1."""
    return (*rgb(colour), round(255 * opacity))


def mix(first: str, second: str, share: float) -> str:
    """``first`` with ``share`` (0 to 1) of ``second`` stirred in."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


DAWN = Palette("#f8ead7", "#f4caa4", "#dd9077", "#8f5b70", "#3a3153", "#e4572e", "#f6b84b")
SEA = Palette("#eff3ea", "#bfdad3", "#6eaaab", "#2c6d7e", "#15364a", "#ef7f56", "#f8d26a")
WOOD = Palette("#f4f0de", "#cdd5a8", "#8ca76d", "#4a7157", "#203f3a", "#d9602f", "#efbf4a")
NIGHT = Palette("#f3e9cf", "#a3b7d2", "#53709d", "#293c68", "#131c38", "#ea724b", "#ffd57a")
CLAY = Palette("#f8f0e4", "#e9cfb5", "#cb9269", "#93533d", "#43241e", "#3b7a78", "#e9b048")
INDIGO = Palette("#f3f0e6", "#bccae0", "#6f8cbf", "#395292", "#1a2853", "#db573d", "#ecb851")
PLUM = Palette("#f9ede7", "#e8c3c3", "#bd798b", "#7b4466", "#371f40", "#4f9a8b", "#f2b259")
DUSK = Palette("#f9ede7", "#ecc8c4", "#bd798b", "#7b4466", "#371f40", "#e8623f", "#f2b259")
SLATE = Palette("#f1f1ea", "#ccd3d0", "#8f9fa1", "#526973", "#22313a", "#e46c36", "#f3c250")
MARKET = Palette("#fcf4df", "#f6d68e", "#ea9a4d", "#c4503b", "#3a2739", "#2e7d6e", "#8fae5a")

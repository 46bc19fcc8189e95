"""The demo's pictures: drawn on the spot, the same ones every time.

``render("harbour-dusk")`` gives a 1600x900 illustration, ``portrait("ines-haldane")`` an author's face.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image

from .artwork import (
    charts,
    cities,
    cloth,
    coast,
    garden,
    herbarium,
    landscapes,
    pantry,
    plans,
    portraits,
    signals,
    streets,
    table,
    workshop,
)
from .artwork.canvas import Canvas
from .artwork.palettes import (
    CLAY,
    DAWN,
    DUSK,
    INDIGO,
    MARKET,
    NIGHT,
    PLUM,
    SEA,
    SLATE,
    WOOD,
    Palette,
)

Painter = Callable[[Canvas, Palette, Random], None]

# The painters think in these units, whatever size is asked for.
UNITS = (1600, 900)


@dataclass(frozen=True, slots=True)
class Illustration:
    """One picture: who paints it, with which inks, from which seed."""

    title: str
    painter: Painter
    inks: Palette
    seed: int = 1


ILLUSTRATIONS: dict[str, Illustration] = {
    # Land
    "hills-morning": Illustration("Hills in the morning", landscapes.hills, DAWN),
    "hills-blue": Illustration("Blue hills", landscapes.hills, INDIGO, 6),
    "star-trails": Illustration("Star trails", landscapes.star_trails, NIGHT),
    "forest-autumn": Illustration("Autumn wood", landscapes.forest, WOOD),
    "forest-evening": Illustration("Evening wood", landscapes.forest, PLUM, 5),
    "snow-slope": Illustration("Snow on the slope", landscapes.snow, INDIGO),
    "snow-dusk": Illustration("Snow at dusk", landscapes.snow, DUSK, 3),
    "river-fields": Illustration("River and fields", landscapes.river, WOOD),
    "river-clay": Illustration("River and brickfields", landscapes.river, CLAY, 8),
    # Coast
    "tide-lines": Illustration("Tide lines", coast.tide_lines, SEA),
    "tide-lines-dusk": Illustration("Tide lines at dusk", coast.tide_lines, DAWN, 5),
    "ferry-sunset": Illustration("The evening ferry", coast.ferry, DAWN),
    "lighthouse": Illustration("The light on the skerry", coast.lighthouse, NIGHT),
    "waders": Illustration("Waders at low water", coast.waders, SEA),
    "waders-dusk": Illustration("Waders at dusk", coast.waders, DUSK, 2),
    "moon-phases": Illustration("Moons and tides", coast.moon_phases, NIGHT),
    # Maps
    "contours-sea": Illustration("Contours", charts.contours, SEA),
    "contours-wood": Illustration("Contours, green", charts.contours, WOOD, 5),
    "city-plan": Illustration("Figure and ground", plans.city_plan, CLAY),
    "transit-diagram": Illustration("The network", plans.transit, SEA),
    "transit-night": Illustration("The night network", plans.transit, PLUM, 2),
    "rhumb-lines": Illustration("Rhumb lines", charts.rhumb_lines, CLAY),
    "globe-gores": Illustration("A globe, peeled", charts.gores, SEA),
    # Cities
    "harbour-dusk": Illustration("Harbour at dusk", cities.skyline, DAWN),
    "tram-street": Illustration("A street with a tram", streets.tram_street, SEA),
    "tram-street-dusk": Illustration("The last tram", streets.tram_street, PLUM, 7),
    "hill-town": Illustration("A town on a hill", streets.hill_town, DAWN),
    "umbrellas": Illustration("Umbrellas", cities.umbrellas, SLATE),
    "stone-bridge": Illustration("Five arches", cities.bridge, DAWN),
    "library": Illustration("Two shelves and a half", cities.library, CLAY),
    # Craft
    "twill": Illustration("Herringbone", cloth.weave, CLAY),
    "quilt": Illustration("Patchwork", cloth.quilt, SEA),
    "dye-line": Illustration("Five dips", cloth.dye_line, INDIGO),
    "tool-board": Illustration("A place for everything", workshop.tools, SLATE),
    "pots": Illustration("Pots on two shelves", workshop.pots, CLAY),
    # Table
    "loaf": Illustration("A loaf on its cloth", table.bread, CLAY),
    "bowls": Illustration("A laid table", table.bowls, SEA),
    "bowls-plum": Illustration("A supper table", table.bowls, PLUM, 4),
    "jars": Illustration("September on a shelf", pantry.jars, WOOD),
    "shoal": Illustration("A shoal", pantry.fishes, SEA),
    "market-stall": Illustration("Before the first customer", pantry.market, MARKET),
    # Garden
    "herbarium": Illustration("Six pressed plants", herbarium.herbarium, WOOD),
    "meadow-june": Illustration("Meadow in June", garden.meadow, WOOD),
    "meadow-dusk": Illustration("Meadow at dusk", garden.meadow, PLUM, 4),
    "starlings": Illustration("Starlings", garden.starlings, DAWN),
    "window-sill": Illustration("Herbs on the sill", garden.window_sill, WOOD),
    # Technology
    "street-noise": Illustration("A street, hour by hour", signals.ridgelines, PLUM),
    "punch-cards": Illustration("Loom cards", signals.punch_cards, CLAY),
    "station-clocks": Illustration("Station clocks", signals.clocks, SLATE),
    "radio-mast": Illustration("The mast on the last hill", signals.radio, SEA),
    "type-case": Illustration("A type case", signals.letterpress, DAWN),
    "type-case-blue": Illustration("Another type case", signals.letterpress, SEA, 9),
}


def render(key: str, width: int = 1600, height: int = 900) -> Image.Image:
    """The illustration ``key``, ``width`` by ``height`` pixels; the same pixels every time.

    Raises:
        KeyError: there is no such illustration.
    """
    picture = ILLUSTRATIONS[key]
    rng = Random(picture.seed)  # noqa: S311 - a drawing, not a secret
    canvas = Canvas(UNITS, (width, height), picture.inks.paper)
    picture.painter(canvas, picture.inks, rng)
    return canvas.finish(rng)


def portrait(key: str, size: int = 480) -> Image.Image:
    """The face of the author with the slug ``key``, ``size`` pixels square.

    Raises:
        KeyError: nobody sat for a portrait under this name.
    """
    return portraits.paint(portraits.SITTERS[key], size)

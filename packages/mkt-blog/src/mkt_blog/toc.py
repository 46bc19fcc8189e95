"""The table of contents of a post, from the headings that were stored when it was saved."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# With fewer headings a reader sees the whole without it.
FEWEST_HEADINGS = 3


@dataclass
class Entry:
    text: str
    anchor: str
    level: int
    children: list["Entry"] = field(default_factory=list)


def contents(headings: Iterable[Any]) -> list[Entry]:
    """Headings as a nested list; empty where there are fewer than ``FEWEST_HEADINGS``.

    A level that is skipped makes no empty step: a heading stands below the last one of any higher level.
    """
    known = [entry for heading in headings or () if (entry := _entry(heading)) is not None]
    if len(known) < FEWEST_HEADINGS:
        return []
    roots: list[Entry] = []
    above: list[Entry] = []
    for entry in known:
        while above and above[-1].level >= entry.level:
            above.pop()
        (above[-1].children if above else roots).append(entry)
        above.append(entry)
    return roots


def _entry(heading: Any) -> Entry | None:
    """What is stored may be older than this code."""
    if not isinstance(heading, dict) or not heading.get("anchor") or not heading.get("text"):
        return None
    return Entry(str(heading["text"]), str(heading["anchor"]), int(heading.get("level") or 2))

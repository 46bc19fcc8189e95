"""The JSON that is shipped: no more than this package is needed to read it."""

from __future__ import annotations

from importlib.resources import files


def shipped() -> dict[str, str]:
    """The text of each dashboard by the name of its file."""
    folder = files(__package__) / "json"
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".json")
    }

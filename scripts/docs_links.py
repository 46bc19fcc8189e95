#!/usr/bin/env python3
"""Check the links between our own Markdown files: the file exists, and so does the heading.

Addresses on the web are not asked: a check that depends on other people's servers fails by itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ("*.md", "docs/**/*.md", "packages/*/*.md", "example_project/*.md", "benchmarks/*.md")
LINK = re.compile(r"!?\[[^\]]*\]\(<?(?P<target>[^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
FENCE = re.compile(r"^\s*(```|~~~)")


def main() -> int:
    problems = [problem for path in documents(ROOT) for problem in complaints(path, ROOT)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def documents(root: Path) -> list[Path]:
    return sorted({path for pattern in PATTERNS for path in root.glob(pattern)})


def complaints(path: Path, root: Path) -> Iterator[str]:
    """One line for each link of a document that leads nowhere."""
    for number, line in prose(path):
        for match in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
            target, _, anchor = match["target"].partition("#")
            if "://" in target or target.startswith(("mailto:", "/")):
                continue
            place = (path.parent / unquote(target)).resolve() if target else path
            where = f"{path.relative_to(root)}:{number}: {match['target']}"
            if not place.exists():
                yield f"{where}: no such file"
            elif anchor and place.suffix == ".md" and anchor not in anchors(place):
                yield f"{where}: no such heading"


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without blocks of code."""
    inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def anchors(path: Path) -> set[str]:
    """The headings of a document, as GitHub makes anchors of them."""
    found: set[str] = set()
    for _, line in prose(path):
        if match := HEADING.match(line):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match["text"])
            name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            # A heading that occurs again gets a number.
            again = sum(1 for known in found if re.fullmatch(rf"{re.escape(name)}(-\d+)?", known))
            found.add(f"{name}-{again}" if again else name)
    return found


if __name__ == "__main__":
    sys.exit(main())

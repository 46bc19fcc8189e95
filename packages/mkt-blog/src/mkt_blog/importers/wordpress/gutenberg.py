"""The comments with which the block editor delimits its blocks."""

import json
import re
from typing import Any

# The attributes end at the next comment: WordPress writes "<" and "--" in them as \u003c and
# \u002d\u002d. Without that, each delimiter that is not closed would be looked for to the end.
DELIMITER = re.compile(
    r"<!--\s+(?P<close>/)?wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s+"
    r"(?P<attributes>\{(?:(?!<!--|-->).)*?\}\s+)?(?P<void>/)?-->",
    re.DOTALL,
)

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

# They draw a line or a gap, or break the text into pages.
WITHOUT_CONTENT = {"more", "nextpage", "separator", "spacer"}


def is_block_content(content: str) -> bool:
    return "<!-- wp:" in content


def strip_delimiters(content: str) -> tuple[str, list[str]]:
    """The HTML without any comments, and the names of blocks that have no HTML.

    Text outside of any block was written in the classic editor: it is wrapped in
    ``<div data-classic>``, for its line breaks mean something.
    """
    parts: list[str] = []
    dynamic: list[str] = []
    depth = position = 0
    for match in DELIMITER.finditer(content):
        parts.append(_between(content[position : match.start()], depth))
        position = match.end()
        if match["void"]:
            if match["name"] not in WITHOUT_CONTENT:
                dynamic.append(_describe(match["name"], match["attributes"]))
        elif match["close"]:
            depth = max(0, depth - 1)
        else:
            depth += 1
    parts.append(_between(content[position:], depth))
    return "".join(parts), dynamic


def _between(html: str, depth: int) -> str:
    # Here and not in the whole: a comment without an end would take the next blocks with it.
    text = COMMENT.sub("", html)
    return text if depth or not html.strip() else f"<div data-classic>{text}</div>"


def _describe(name: str, attributes: str | None) -> str:
    """``latest-posts``, or ``block 17`` for a reusable block that is kept elsewhere."""
    try:
        values: dict[str, Any] = json.loads(attributes or "{}")
    except (ValueError, RecursionError):
        values = {}
    reference = values.get("ref")
    return f"{name} {reference}" if isinstance(reference, int) else name

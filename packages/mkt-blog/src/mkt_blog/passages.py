"""The passage of a post that a search has found, with the words marked."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Characters around the first word found.
_BEFORE, _LENGTH = 60, 240


def highlighted(text: str, words: Sequence[str]) -> SafeString:
    """``text`` as HTML, shortened around the first of ``words``, each of them in ``<mark>``.

    A word is found at the beginning of words, in any case. All else is escaped.
    """
    pattern = _pattern(words)
    found = pattern.search(text) if pattern else None
    passage = _passage(text, found.start() if found else 0)
    if pattern is None:
        return mark_safe(escape(passage))
    parts = pattern.split(passage)
    # ``split`` with one group gives plain text and matches in turns; each is escaped by itself.
    html = "".join(
        f"<mark>{escape(part)}</mark>" if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return mark_safe(html)


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"\b((?:{'|'.join(map(re.escape, longest_first))})\w*)", re.IGNORECASE)


def _passage(text: str, position: int) -> str:
    start = max(0, position - _BEFORE)
    if start:
        # At the beginning of a word, unless there is none (as in Chinese).
        space = text.find(" ", start, position)
        start = space + 1 if space >= 0 else start
    end = start + _LENGTH
    if end < len(text):
        space = text.rfind(" ", position, end)
        end = space if space > position else end
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"

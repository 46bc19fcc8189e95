"""The passage of a post that a search has found, with the words marked."""

import re
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .stored_text import stored_text

# Characters before the first word found, and of the whole passage.
_BEFORE, _LENGTH = 60, 240
_WITHIN = _LENGTH - _BEFORE


def passage_of(post: Any, words: Sequence[str]) -> SafeString:
    """What of a post to show beside a search, as HTML: its summary if each of ``words`` is in it, else the place in
    the text where most of them stand together. Where the text has none of them, again the summary.

    No query when the body is loaded.
    """
    summary = str(post.summary)
    if _found(summary, words) < len(set(map(str.casefold, words))):
        text = stored_text(post.body)
        if _found(text, words) > _found(summary, words):
            return highlighted(text, words)
    return highlighted(summary, words)


def highlighted(text: str, words: Sequence[str]) -> SafeString:
    """``text`` as HTML, shortened around the most of ``words``, each of them in ``<mark>``.

    A word is found at the beginning of words, in any case. All else is escaped.
    """
    pattern = _pattern(words)
    shown = _shortened(text, _best_place(text, pattern, words) if pattern else 0)
    if pattern is None:
        return mark_safe(escape(shown))
    parts = pattern.split(shown)
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


def _found(text: str, words: Sequence[str]) -> int:
    """How many of the words are in the text."""
    pattern = _pattern(words)
    if pattern is None:
        return 0
    seen = {_word_of(match[1], words) for match in pattern.finditer(text)}
    return len(seen)


def _word_of(found: str, words: Sequence[str]) -> str:
    """Which of the words a match is; the longest, as in the pattern."""
    folded = found.casefold()
    begins = (word for word in map(str.casefold, words) if folded.startswith(word))
    return max(begins, key=len, default="")


def _best_place(text: str, pattern: re.Pattern[str], words: Sequence[str]) -> int:
    """Where the passage with the most of the words begins; the first one if several have as many."""
    window: deque[tuple[int, str]] = deque()
    inside: Counter[str] = Counter()
    best, most = 0, 0
    for match in pattern.finditer(text):
        window.append((match.start(), _word_of(match[1], words)))
        inside[window[-1][1]] += 1
        while match.end() - window[0][0] > _WITHIN and len(window) > 1:
            _, gone = window.popleft()
            inside[gone] -= 1
        number = len(+inside)
        if number > most:
            best, most = window[0][0], number
    return best


def _shortened(text: str, position: int) -> str:
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

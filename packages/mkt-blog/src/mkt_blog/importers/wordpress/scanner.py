"""Finding shortcodes in one pass, however many of them are never closed.

A regular expression that looks for the end of each one reads the rest of the text again each time,
which takes minutes for a text of some hundred kilobytes.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

# What stands in these is not for WordPress to interpret. An alternative of every opening pattern.
VERBATIM = r"(?i:<(?P<verbatim>pre|code)\b)"

_BRACKET = re.compile(r"\]")


@dataclass(frozen=True, slots=True)
class Shortcode:
    """``[name attributes]``, or ``[name attributes]inner[/name]``. The name is in lower case."""

    name: str
    attributes: str
    inner: str
    source: str
    start: int
    end: int


def find_shortcodes(
    text: str, opening: re.Pattern[str], enclosing: Collection[str]
) -> Iterator[Shortcode]:
    """The shortcodes outside of ``<pre>`` and ``<code>``.

    ``opening`` matches ``VERBATIM``, or a bracket and the ``name`` behind it. Those in ``enclosing``
    count only with an end of their own; the others may have one right behind them.
    """
    ahead = _Ahead(text)
    position = 0
    while match := opening.search(text, position):
        position = match.end()
        if match["verbatim"]:
            position = ahead.past_element(match)
        elif shortcode := ahead.complete(match, enclosing):
            position = shortcode.end
            yield shortcode


def find_outside_verbatim(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches outside of ``<pre>`` and ``<code>``; the pattern matches ``VERBATIM`` as well."""
    ahead = _Ahead(text)
    position = 0
    while match := pattern.search(text, position):
        position = match.end()
        if match["verbatim"]:
            position = ahead.past_element(match)
        else:
            yield match


class _Ahead:
    """What comes next in a text that is read from the beginning to the end.

    What was found, or was found missing, is remembered: no part is read twice for the same thing.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[re.Pattern[str], re.Match[str] | None] = {}

    def past_element(self, opening: re.Match[str]) -> int:
        """Where the text goes on behind an element, or behind its name if nothing closes it."""
        closing = self._find(_closing_tag(opening["verbatim"].lower()), opening.end())
        return closing.end() if closing else opening.end()

    def complete(self, opening: re.Match[str], enclosing: Collection[str]) -> Shortcode | None:
        name = opening["name"].lower()
        bracket = self._find(_BRACKET, opening.end())
        if bracket is None:
            return None
        if name in enclosing:
            closing = self._find(_closing_code(name), bracket.end())
            if closing is None:
                return None
            inner, end = self._text[bracket.end() : closing.start()], closing.end()
        else:
            directly = _directly_closed(name).match(self._text, bracket.end())
            inner, end = "", directly.end() if directly else bracket.end()
        return Shortcode(
            name=name,
            attributes=self._text[opening.end() : bracket.start()],
            inner=inner,
            source=self._text[opening.start() : end],
            start=opening.start(),
            end=end,
        )

    def _find(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """The first match from the position on, which must not be before that of the last call."""
        match = self._next.get(pattern)
        if pattern not in self._next or (match and match.start() < position):
            match = self._next[pattern] = pattern.search(self._text, position)
        return match


@cache
def _closing_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


@cache
def _closing_code(name: str) -> re.Pattern[str]:
    return re.compile(rf"\[/{name}\]", re.IGNORECASE)


@cache
def _directly_closed(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*\[/{name}\]", re.IGNORECASE)

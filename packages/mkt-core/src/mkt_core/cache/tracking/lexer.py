"""SQL text as tokens, and tokens as nested groups: just enough to see what a statement reads and writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*")
    |(?P<parameter>%s)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<word>[^\W\d][\w$]*)
    |(?P<operator>::|<=|>=|<>|!=|\|\||%%|.)
    """,
    re.VERBOSE | re.DOTALL,
)


_ALIAS = re.compile(r"[A-Z]{1,3}\d+")


class Unsure(Exception):
    """The statement holds something that this reader of SQL does not understand."""


class Token(NamedTuple):
    """``kind`` is string, name (quoted), parameter, number, word (upper case) or operator."""

    kind: str
    text: str
    start: int
    #: Position among the statement's parameters, for kind "parameter".
    position: int = -1


class Group(NamedTuple):
    """What stands between a pair of parentheses."""

    items: tuple[Token | Group, ...]
    start: int


Item: TypeAlias = Token | Group


def tokens(sql: str) -> Iterator[Token]:
    """The tokens of ``sql`` without blanks and comments. Names come unquoted, words in upper case."""
    parameters = 0
    for match in _TOKEN.finditer(sql):
        kind, text = str(match.lastgroup), match.group()
        if kind == "name":
            yield Token(kind, text[1:-1].replace('""', '"'), match.start())
        elif kind == "parameter":
            yield Token(kind, text, match.start(), parameters)
            parameters += 1
        elif kind == "word":
            yield Token(kind, text.upper(), match.start())
        elif kind != "blank":
            yield Token(kind, text, match.start())


def nested(sql_tokens: list[Token]) -> tuple[Item, ...]:
    """The tokens with each parenthesis made a ``Group``.

    Raises:
        Unsure: the parentheses do not match.
    """
    levels: list[list[Item]] = [[]]
    starts: list[int] = []
    for token in sql_tokens:
        if token.kind == "operator" and token.text == "(":
            levels.append([])
            starts.append(token.start)
        elif token.kind == "operator" and token.text == ")":
            if not starts:
                raise Unsure("parentheses")
            group = Group(tuple(levels.pop()), starts.pop())
            levels[-1].append(group)
        else:
            levels[-1].append(token)
    if starts:
        raise Unsure("parentheses")
    return tuple(levels[0])


def is_word(item: Item, *words: str) -> bool:
    """Whether ``item`` is one of the key words ``words``."""
    return isinstance(item, Token) and item.kind == "word" and item.text in words


def is_operator(item: Item, text: str) -> bool:
    """Whether ``item`` is the operator ``text``."""
    return isinstance(item, Token) and item.kind == "operator" and item.text == text


def is_name(item: Item) -> bool:
    """Whether ``item`` is a quoted name."""
    return isinstance(item, Token) and item.kind == "name"


def split(items: tuple[Item, ...], separator: str) -> list[tuple[Item, ...]]:
    """``items`` cut at the operator ``separator``."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if is_operator(item, separator):
            parts.append([])
        else:
            parts[-1].append(item)
    return [tuple(part) for part in parts]


def _is_qualifier(item: Item) -> bool:
    """A quoted name, or one of the aliases ``U0``, ``V1`` … that Django gives to the tables of subqueries."""
    return is_name(item) or (
        isinstance(item, Token) and item.kind == "word" and _ALIAS.fullmatch(item.text) is not None
    )


def column_at(items: tuple[Item, ...], position: int) -> tuple[str, str] | None:
    """The ``"table"."column"`` that begins at ``position``, if there is one."""
    if (
        position + 2 < len(items)
        and _is_qualifier(items[position])
        and is_operator(items[position + 1], ".")
        and is_name(items[position + 2])
    ):
        return items[position].text, items[position + 2].text  # type: ignore[union-attr]
    return None

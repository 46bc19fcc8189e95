"""The parameters ``fields`` and ``include``: which keys are shown, and where objects instead of keys.

``fields=title,date`` these; ``*`` all; ``-body`` without; ``author(name,photo)`` of a related object.
``include=series,parent.topic`` the objects themselves, with their own fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from ..problems import MAX_ECHO, with_nearest

if TYPE_CHECKING:
    from ..fields import Field

T = TypeVar("T")

# Brackets within brackets.
MAX_DEPTH = 3
# Objects within included objects, and names in one ``include``: each costs a query or more.
MAX_INCLUDE_DEPTH = 2
MAX_INCLUDED = 8


@dataclass(frozen=True, slots=True)
class Term:
    """One part of ``fields``: a name, perhaps taken away, perhaps with the parts of a related object."""

    name: str
    removed: bool = False
    inner: tuple[Term, ...] | None = None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The names in one ``include`` at one depth, each with those below it."""

    below: Mapping[str, Inclusion] = field(default_factory=dict)


def parse_terms(text: str) -> tuple[Term, ...]:
    """Raises ``ValueError`` with a sentence for the client."""
    terms, rest = _terms(text, 0)
    if rest:
        raise ValueError(_("has a bracket that does not fit."))
    return terms


def _terms(text: str, depth: int) -> tuple[tuple[Term, ...], str]:
    if depth > MAX_DEPTH:
        raise ValueError(_("has too many brackets within brackets."))
    found: list[Term] = []
    while True:
        end = next((i for i, sign in enumerate(text) if sign in ",()"), len(text))
        name, text = text[:end], text[end:]
        inner = None
        if text.startswith("("):
            inner, text = _terms(text[1:], depth + 1)
            if not text.startswith(")"):
                raise ValueError(_("has a bracket that does not fit."))
            text = text[1:]
        found.append(Term(name.removeprefix("-"), name.startswith("-"), inner))
        if not text.startswith(","):
            return tuple(found), text
        text = text[1:]


def choose_names(
    terms: Sequence[Term], every: Sequence[str], default: Sequence[str]
) -> tuple[str, ...]:
    """The chosen names, in the order of ``every``.

    ``-name`` alone takes away from the default; ``*`` stands for every field, ``_`` for none.

    Raises:
        ValueError: an unknown name, or nothing is left.
    """
    for term in terms:
        if term.name not in ("*", "_") and term.name not in every:
            sentence = _("has no field “%(name)s”.") % {"name": term.name[:MAX_ECHO]}
            raise ValueError(with_nearest(sentence, term.name, every))
    added = {term.name for term in terms if not term.removed}
    removed = {term.name for term in terms if term.removed}
    base = set(every) if "*" in added else (added or set(default))
    chosen = tuple(name for name in every if name in base - removed)
    if not chosen:
        raise ValueError(_("leaves no field to show."))
    return chosen


def choose(
    fields: Mapping[str, Field], default: Sequence[str], terms: Sequence[Term]
) -> dict[str, Field]:
    """The chosen fields, those of related objects narrowed as the brackets say.

    Raises:
        ValueError: with a sentence for the client.
    """
    names = choose_names(terms, tuple(fields), default)
    chosen = {name: fields[name] for name in names}
    for term in terms:
        if term.inner is not None:
            if term.removed or term.name not in chosen:
                raise ValueError(_("has brackets behind a name that cannot have any."))
            chosen[term.name] = chosen[term.name].narrowed(term.inner)
    return chosen


def parse_include(text: str, every: Iterable[str]) -> Inclusion:
    """``a,b.c`` as a tree; raises ``ValueError`` with a sentence for the client."""
    ways = [way.split(".") for way in text.split(",")]
    if len(ways) > MAX_INCLUDED:
        raise ValueError(_("must have at most %(limit)d names.") % {"limit": MAX_INCLUDED})
    if any(len(way) > MAX_INCLUDE_DEPTH for way in ways):
        raise ValueError(
            _("must lead over at most %(limit)d dots.") % {"limit": MAX_INCLUDE_DEPTH - 1}
        )
    known = tuple(every)
    for name in {way[0] for way in ways}:
        if name not in known:
            sentence = _("has no field “%(name)s”.") % {"name": name[:MAX_ECHO]}
            raise ValueError(with_nearest(sentence, name, known))
    return _tree(ways)


def _tree(ways: Sequence[Sequence[str]]) -> Inclusion:
    below: dict[str, list[Sequence[str]]] = {}
    for first, *rest in ways:
        below.setdefault(first, [])
        if rest:
            below[first].append(rest)
    return Inclusion({name: _tree(rest) for name, rest in below.items()})

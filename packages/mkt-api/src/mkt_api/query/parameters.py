"""Read a query string against a closed list of names, and collect everything wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from ..problems import MAX_ECHO, MAX_ERRORS, ProblemItem, invalid_parameters, with_nearest

T = TypeVar("T")


class Parameters:
    """The query string of one request.

    ``known`` are all names that the endpoint understands. Call ``read`` for each, then ``finish``.
    """

    def __init__(self, query: QueryDict, known: Iterable[str]) -> None:
        self.query = query
        self.known = tuple(known)
        self.errors: list[ProblemItem] = []
        for name in query:
            self._check(name)

    def _check(self, name: str) -> None:
        if name not in self.known:
            sentence = _("There is no parameter “%(name)s”.") % {"name": name[:MAX_ECHO]}
            self.error(name, with_nearest(sentence, name, self.known), "unknown")
        elif len(self.query.getlist(name)) > 1:
            self.error(name, _("must not be given more than once."), "repeated")

    def read(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """The parsed value; ``default`` when it is absent or wrong (then an error is noted)."""
        if name not in self.query or any(item.parameter == name for item in self.errors):
            return default
        try:
            return parse(str(self.query[name]))
        except ValueError as error:
            self.error(name, str(error))
            return default

    def error(self, name: str, detail: str, code: str = "invalid") -> None:
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(ProblemItem(name, detail, code))

    def finish(self) -> None:
        """Raise the 400 problem if anything was wrong."""
        if self.errors:
            raise invalid_parameters(self.errors)

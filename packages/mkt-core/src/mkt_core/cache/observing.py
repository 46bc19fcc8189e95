"""Noting what of a request is read while it is answered, so that nobody else gets an answer that depends on it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.request import HttpHeaders
from django.template.context_processors import debug

from .key import Question
from .rules import CONDITIONAL, Rules, current_rules

#: About the client itself; there for every request.
_CLIENT = frozenset({"REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER"})
#: Asks for the address on every page of a site under development.
_DEBUG_PROCESSOR = debug.__code__


@dataclass(slots=True)
class Readings:
    """What was read of the request, beside what is known to be harmless."""

    rules: Rules
    #: Why the response is for this visitor only.
    reasons: list[str] = field(default_factory=list)
    #: Headers that were looked for in vain: the response is only right for requests without them.
    absent: set[str] = field(default_factory=set)
    #: What stored responses are told apart by and this one depends on; "HTTP_COOKIE" for any cookie.
    varied: set[str] = field(default_factory=set)
    _csrf_readings: int = 0

    def read_header(self, name: Any, *, is_there: bool) -> None:
        """Somebody asked for ``request.META[name]``."""
        if name in _CLIENT or (isinstance(name, str) and name.startswith(("HTTP_", "SSL_CLIENT_"))):
            if name in self.rules.known_headers:
                if name in self.rules.vary_headers:
                    self.varied.add(name)
                return
            if is_there:
                self.reasons.append("client" if name in _CLIENT else "header")
            else:
                self.absent.add(name)

    def read_cookie(self, name: Any, *, is_there: bool) -> None:
        """Somebody asked for a cookie."""
        if name not in self.rules.known_cookies:
            self.reasons.append("cookie")
        elif name in self.rules.vary_cookies or name == self.rules.language_cookie:
            self.varied.add("HTTP_COOKIE")
        elif is_there and name == self.rules.csrf_cookie:
            # CsrfViewMiddleware reads it once, for every request. Where it is missing, there is nothing to give away.
            self._csrf_readings += 1
            if self._csrf_readings > 1:
                self.reasons.append("csrf")

    def read_all_cookies(self) -> None:
        """Somebody asked which cookies there are."""
        self.reasons.append("cookie")


class ObservedMeta(dict[str, Any]):
    """``request.META`` that notes what is asked of it."""

    readings: Readings

    def __getitem__(self, name: Any) -> Any:
        self.readings.read_header(name, is_there=super().__contains__(name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        is_there = super().__contains__(name)
        self.readings.read_header(name, is_there=is_there)
        return is_there

    def get(self, name: Any, default: Any = None) -> Any:
        if name == "REMOTE_ADDR" and sys._getframe(1).f_code is _DEBUG_PROCESSOR:
            # Whether it is one of INTERNAL_IPS, which is part of the key.
            return super().get(name, default)
        self.readings.read_header(name, is_there=super().__contains__(name))
        return super().get(name, default)


class ObservedHeaders(HttpHeaders):
    """``request.headers`` likewise."""

    def __init__(self, meta: ObservedMeta) -> None:
        super().__init__(meta)
        self._readings = meta.readings

    def __getitem__(self, name: str) -> Any:
        key = name.replace("_", "-").lower()
        self._readings.read_header(self.to_wsgi_name(name), is_there=key in self._store)
        return super().__getitem__(name)


class ObservedCookies(dict[str, str]):
    """``request.COOKIES`` likewise."""

    readings: Readings

    def __getitem__(self, name: Any) -> str:
        self.readings.read_cookie(name, is_there=super().__contains__(name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.readings.read_cookie(name, is_there=super().__contains__(name))
        return super().__contains__(name)

    def get(self, name: Any, default: Any = None) -> Any:
        self.readings.read_cookie(name, is_there=super().__contains__(name))
        return super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        self.readings.read_all_cookies()
        return super().__iter__()

    def __len__(self) -> int:
        self.readings.read_all_cookies()
        return super().__len__()

    def keys(self) -> Any:
        self.readings.read_all_cookies()
        return super().keys()

    def values(self) -> Any:
        self.readings.read_all_cookies()
        return super().values()

    def items(self) -> Any:
        self.readings.read_all_cookies()
        return super().items()

    def copy(self) -> dict[str, str]:
        self.readings.read_all_cookies()
        return super().copy()


_REPLACED = ("GET", "COOKIES", "headers")


@contextmanager
def observed(request: HttpRequest, question: Question) -> Iterator[Readings]:
    """The request as everybody could have made it: without the arguments that count for nothing and without
    conditions on the response. Afterwards it is as it was, with what was added to ``META`` meanwhile.
    """
    readings = Readings(current_rules())
    original: dict[str, Any] = request.META
    removed = {name: original.pop(name) for name in CONDITIONAL if name in original}
    query = original.get("QUERY_STRING", "")
    replaced = {name: vars(request)[name] for name in _REPLACED if name in vars(request)}
    cookies = ObservedCookies(request.COOKIES)
    cookies.readings = readings
    original["QUERY_STRING"] = question.query
    meta = ObservedMeta(original)
    meta.readings = readings
    request.META = meta
    request.GET = QueryDict(question.query)
    request.COOKIES = cookies
    vars(request)["headers"] = ObservedHeaders(meta)
    try:
        yield readings
    finally:
        original.update(meta)
        original["QUERY_STRING"] = query
        original.update(removed)
        request.META = original
        for name in _REPLACED:
            vars(request).pop(name, None)
        vars(request).update(replaced)

"""What will be taken away: told by ``Deprecation`` (RFC 9745) and ``Sunset`` (RFC 8594), and gone after that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date

#: In the place of a field's name: the whole resource.
WHOLE = "*"


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Since when it should not be used, until when it works, and where it says what to use instead.

    Days begin at midnight UTC. Without ``until`` it stays.
    """

    since: date
    until: date | None = None
    #: The address of a page for developers.
    link: str = ""

    @property
    def is_gone(self) -> bool:
        return self.until is not None and timezone.now() >= _midnight(self.until)


def gone(deprecations: Mapping[str, Deprecated]) -> frozenset[str]:
    """The names of what does not work any more."""
    return frozenset(name for name, entry in deprecations.items() if entry.is_gone)


def tell(response: HttpResponseBase, entries: Iterable[Deprecated]) -> None:
    """Put into the headers what is the first to have been deprecated and the first to go."""
    known = list(entries)
    if not known:
        return
    since = min(entry.since for entry in known)
    response.headers["Deprecation"] = f"@{int(_midnight(since).timestamp())}"
    ends = [entry.until for entry in known if entry.until is not None]
    if ends:
        response.headers["Sunset"] = http_date(_midnight(min(ends)).timestamp())
    links = [f'<{link}>; rel="deprecation"' for link in sorted({e.link for e in known} - {""})]
    if links:
        present = response.headers.get("Link")
        response.headers["Link"] = ", ".join([*([present] if present else []), *links])


def note_names(response: HttpResponseBase, names: Iterable[str]) -> None:
    """Remember which fields the headers are about; ``WHOLE`` stands for the resource. Not sent to anybody."""
    response._mkt_deprecated = tuple(sorted(set(names)))  # type: ignore[attr-defined]


def names_noted(response: HttpResponseBase) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(response, "_mkt_deprecated", ())
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

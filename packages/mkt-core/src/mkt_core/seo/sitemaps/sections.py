"""What sitemaps are made of: one section for each page type, and those that a site registers."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from wagtail.models import Site

from .urls import Url

_NAME = re.compile(r"^[a-z0-9_.]+$")
_registered: dict[str, Section] = {}


@dataclass(frozen=True, slots=True)
class Extent:
    """How many entries a section has, and when the last of them was changed, if known."""

    count: int
    lastmod: datetime | date | None = None


class Section(ABC):
    """Addresses that are listed together, in files of ``SEO_SITEMAP_PAGES`` entries."""

    @abstractmethod
    def extent(self, site: Site, request: HttpRequest) -> Extent:
        """For the index."""

    @abstractmethod
    def urls(self, site: Site, request: HttpRequest, start: int, stop: int) -> Iterable[Url]:
        """Entries ``start`` to ``stop``, in an order that stays. May be a generator, which keeps memory low."""


def register(name: str, section: Section) -> None:
    """Add a section under ``/sitemap-<name>.xml``, from ``AppConfig.ready()``. A second one replaces the first.

    Raises:
        ValueError: the name has other characters than a–z, 0–9, "_" and ".".
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is no name of a section: use a-z, 0-9, '_' and '.'.")
    _registered[name] = section


def unregister(name: str) -> None:
    """Take a section away again; nothing happens if there is none."""
    _registered.pop(name, None)


def registered() -> dict[str, Section]:
    """The sections that sites have added, by name."""
    return dict(_registered)

"""What a CDN is to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...conf import core_settings
from ..collector import EPOCH_TAG
from ..tags import told_to_proxies

#: More URLs than this do not wait for one receiver.
MOST_URLS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """Tags as they stand in response headers, whole URLs, or everything there is."""

    tags: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    everything: bool = False

    @classmethod
    def of_tags(cls, names: Iterable[str]) -> Purge:
        """The purge for a change of ``names``, tags as in ``mkt_core.cache.purge()``."""
        given = frozenset(names)
        if EPOCH_TAG in given:
            return cls(everything=True)
        return cls(tags=frozenset(map(told_to_proxies, given))).condensed()

    def condensed(self) -> Purge:
        """Everything, if there are too many tags to be told one by one."""
        if self.everything or len(self.tags) > core_settings.current.CACHE_CDN_MAX_TAGS:
            return Purge(urls=self.urls, everything=True)
        return self

    def __or__(self, other: Purge) -> Purge:
        return Purge(
            tags=self.tags | other.tags,
            urls=self.urls | other.urls,
            everything=self.everything or other.everything,
        ).condensed()

    def __bool__(self) -> bool:
        return bool(self.tags or self.urls or self.everything)

    def __str__(self) -> str:
        if self.everything:
            return "everything"
        parts = ((len(self.tags), "tags"), (len(self.urls), "URLs"))
        return " and ".join(f"{number} {what}" for number, what in parts if number) or "nothing"

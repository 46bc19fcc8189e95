"""Pages in other languages in sitemaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from ..addresses import Addresses
from ..fields import indexed
from ..languages import Alternate, hreflang, with_default


def alternates_of(
    pages: Any, rows: Sequence[Mapping[str, Any]], addresses: Addresses
) -> dict[Any, tuple[tuple[str, str], ...]]:
    """By translation key, the languages and addresses of those of ``rows`` that are there in several; ``pages`` are
    all that everybody may see. One query, none without ``WAGTAIL_I18N_ENABLED``.
    """
    if not rows or not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return {}
    keys = [row["translation_key"] for row in rows]
    pages = indexed(pages.filter(translation_key__in=keys)).filter(alias_of=None)
    groups: dict[Any, dict[str, Alternate]] = {}
    found = pages.order_by().values_list("translation_key", "url_path", "locale__language_code")
    for key, url_path, code in found:
        if url := addresses.full_url_of(url_path):
            groups.setdefault(key, {})[code] = Alternate(hreflang(code), url, code)
    return {
        key: tuple(
            (alternate.hreflang, alternate.url)
            for alternate in with_default([group[code] for code in sorted(group)])
        )
        for key, group in groups.items()
    }

"""System checks of the settings for search engines: ``mkt_core.E080`` to ``W086``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.utils.module_loading import import_string

from .._settings.seo import SiteSeo
from ..conf import CoreSettings, GivenSettings, core_settings
from .crawlers import GROUPS
from .site import is_static_path


def check_seo(**kwargs: Any) -> list[CheckMessage]:
    """``E080`` to ``W085``; nothing while ``MKT_CORE`` itself cannot be read."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    messages = [*_function(conf), *_filter(conf), *_numbers(conf)]
    for name, given in _dictionaries(conf):
        if unreadable := list(_unreadable(name, given)):
            messages += unreadable
        else:
            messages += _values(name, GivenSettings(name, SiteSeo, given).current)
    return messages


def check_noindex(**kwargs: Any) -> list[CheckMessage]:
    """``W086``, with ``check --deploy``: a site is kept out of search engines."""
    if core_settings.problems():
        return []
    return [
        CheckWarning(
            f"{name}['NOINDEX'] keeps the whole site out of search engines.",
            hint="That is right for a staging server; remove it in production.",
            id="mkt_core.W086",
        )
        for name, given in _dictionaries(core_settings.current)
        if isinstance(given, Mapping) and given.get("NOINDEX") is True
    ]


def _dictionaries(conf: CoreSettings) -> Iterator[tuple[str, Any]]:
    yield "MKT_CORE['SEO']", conf.SEO
    for hostname, given in conf.SEO_SITES.items():
        yield f"MKT_CORE['SEO_SITES'][{hostname!r}]", given


def _unreadable(name: str, given: Any) -> Iterator[CheckMessage]:
    for problem in GivenSettings(name, SiteSeo, given).find_problems():
        yield Error(problem.message, hint=problem.hint, id="mkt_core.E080")


def _function(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not conf.SEO_VALUES:
        return
    try:
        found = import_string(conf.SEO_VALUES)
    except Exception as error:  # noqa: BLE001
        reason = f"cannot be imported: {error}"
    else:
        if callable(found):
            return
        reason = "is no function"
    yield Error(
        f"MKT_CORE['SEO_VALUES'] {reason}.",
        hint="Give the dotted path of a function (values, site, request) that returns values.",
        id="mkt_core.E081",
    )


def _filter(conf: CoreSettings) -> Iterator[CheckMessage]:
    from wagtail.images.exceptions import InvalidFilterSpecError
    from wagtail.images.models import Filter

    try:
        is_usable = bool(Filter(spec=conf.SEO_IMAGE_FILTER).operations)
    except (InvalidFilterSpecError, ValueError, TypeError):
        is_usable = False
    if not is_usable:
        yield Error(
            f"MKT_CORE['SEO_IMAGE_FILTER'] is {conf.SEO_IMAGE_FILTER!r}, which no image can be made of.",
            hint="Write a filter of Wagtail's images, such as 'fill-1200x630|format-jpeg'.",
            id="mkt_core.E082",
        )


def _numbers(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not 1 <= conf.SEO_SITEMAP_PAGES <= 50_000:
        yield Error(
            f"MKT_CORE['SEO_SITEMAP_PAGES'] is {conf.SEO_SITEMAP_PAGES}.",
            hint="Give a number from 1 to 50000, the most that search engines read.",
            id="mkt_core.E083",
        )
    if conf.SEO_MAX_AGE_SECONDS < 0:
        yield Error(
            f"MKT_CORE['SEO_MAX_AGE_SECONDS'] is {conf.SEO_MAX_AGE_SECONDS}.",
            hint="Give a number of seconds, or 0.",
            id="mkt_core.E083",
        )


def _values(name: str, values: SiteSeo) -> Iterator[CheckMessage]:
    for key, reason, hint in _unusable(values):
        yield Error(f"{name}[{key!r}] {reason}.", hint=hint, id="mkt_core.E084")
    for key in ("LOGO", "IMAGE"):
        value = getattr(values, key)
        if isinstance(value, str) and _is_missing_file(value):
            yield CheckWarning(
                f"{name}[{key!r}] is {value!r}, and there is no such static file.",
                hint="Write the path of a static file, or an address that begins with '/' or 'https://'.",
                id="mkt_core.W085",
            )


def _unusable(values: SiteSeo) -> Iterator[tuple[str, str, str]]:
    if "{title}" not in values.TITLE:
        yield "TITLE", "has no {title} in it", "Write a pattern like '{title} – {name}'."
    if values.SEARCH and not (values.SEARCH.startswith("/") and "{query}" in values.SEARCH):
        yield "SEARCH", "is no path with {query} in it", "Write it like '/search/?q={query}'."
    if values.TWITTER and not values.TWITTER.startswith("@"):
        yield "TWITTER", "does not begin with @", "Write the account's name like '@example'."
    if any(urlsplit(url).scheme not in ("http", "https") for url in values.PROFILES):
        yield "PROFILES", "has an entry that is no address", "Write whole addresses: https://…"
    if any(not path.startswith(("/", "*")) for path in values.DISALLOW):
        yield "DISALLOW", "has an entry that is no path", "Begin each path with '/'."
    for crawler in values.DISALLOW_CRAWLERS:
        if crawler.startswith("ai-") and crawler not in GROUPS:
            groups = ", ".join(map(repr, GROUPS))
            yield "DISALLOW_CRAWLERS", f"has the unknown group {crawler!r}", f"Groups: {groups}."


def _is_missing_file(value: str) -> bool:
    if not is_static_path(value):
        return False
    try:
        return finders.find(value) is None
    except Exception:  # noqa: BLE001
        # Found by another storage, or refused: not ours to judge.
        return False

"""System checks of ``CACHE_CDN``; they connect to nothing and show no secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from ...checks import impossible_numbers
from ...conf import CoreSettings, core_settings
from ..checks import MIDDLEWARE
from .configuration import FRONTEND_CACHE, backend_class, options_of

_KINDS = {"unreadable": "E041", "type": "E041", "value": "E042"}
_POSITIVE = ("CACHE_CDN_TIMEOUT_SECONDS", "CACHE_CDN_MAX_TAGS")
_NOT_NEGATIVE = ("CACHE_CDN_RETRY_SECONDS", "CACHE_CDN_EXIT_SECONDS")


def check_cdn(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E040`` to ``E043``: it cannot be used. ``W044`` to ``W046``, ``W048``: in vain. ``W047``: slow."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    messages: list[CheckMessage] = list(
        impossible_numbers(conf, _POSITIVE, _NOT_NEGATIVE, check_id="mkt_core.E043")
    )
    for name, params in conf.CACHE_CDN.items():
        messages += _of_backend(name, params, conf)
    if conf.CACHE_CDN:
        messages += _in_vain(conf)
    return [*messages, *_too_local(conf), *_waiting()]


def _of_backend(name: str, params: Mapping[str, Any], conf: CoreSettings) -> Iterator[CheckMessage]:
    try:
        found = backend_class(params)
    except ImproperlyConfigured as error:
        yield Error(
            f"MKT_CORE['CACHE_CDN'][{name!r}]['BACKEND'] {error}.",
            hint="Write the dotted path of a class, such as 'mkt_core.cache.cdn.fastly.FastlyTags'.",
            id="mkt_core.E040",
        )
        return
    for problem in found.problems(name, options_of(params)):
        yield Error(problem.message, hint=problem.hint, id=f"mkt_core.{_KINDS[problem.kind]}")
    given = conf.CACHE_TAG_HEADER
    told = {given.lower()} if isinstance(given, str) else {header.lower() for header in given}
    if given and found.header.lower() not in told:
        yield CheckWarning(
            f"The CDN {name!r} reads tags in the header {found.header}, which MKT_CORE['CACHE_TAG_HEADER'] does not "
            "name: no purge will find anything there.",
            hint="Remove CACHE_TAG_HEADER, or silence this if the header is renamed on the way.",
            id="mkt_core.W044",
        )


def _in_vain(conf: CoreSettings) -> Iterator[CheckMessage]:
    if MIDDLEWARE not in settings.MIDDLEWARE:
        yield CheckWarning(
            "MKT_CORE['CACHE_CDN'] is set, but without ResponseCacheMiddleware no response has tags, and no change is "
            "noticed.",
            hint=f"Add '{MIDDLEWARE}' to MIDDLEWARE, right behind SecurityMiddleware.",
            id="mkt_core.W045",
        )
    if not conf.CACHE_PROXY_SECONDS:
        yield CheckWarning(
            "MKT_CORE['CACHE_CDN'] is set, but CDNs are told to keep nothing.",
            hint="Set CACHE_PROXY_SECONDS, or silence this if pages say so themselves.",
            id="mkt_core.W046",
        )


def _too_local(conf: CoreSettings) -> Iterator[CheckMessage]:
    if conf.CACHE_PROXY_SECONDS and conf.CACHE_LOCAL_SECONDS > 0:
        yield CheckWarning(
            "MKT_CORE['CACHE_LOCAL_SECONDS'] is not used while proxies may keep responses: they would keep for long "
            "what is out of date here for a moment.",
            hint="Remove CACHE_LOCAL_SECONDS or CACHE_PROXY_SECONDS.",
            id="mkt_core.W048",
        )


def _waiting() -> Iterator[CheckMessage]:
    if not apps.is_installed(FRONTEND_CACHE):
        return
    from .delivery import waits_for_tasks
    from .frontend_cache import is_used

    try:
        is_slow = is_used() and waits_for_tasks()
    except Exception:  # noqa: BLE001
        # A queue that cannot be had is reported by others.
        return
    if is_slow:
        yield CheckWarning(
            "Whoever publishes waits for the caches in WAGTAILFRONTENDCACHE, some of them without a limit: without a "
            "queue Wagtail purges on the spot.",
            hint="Name a queue with workers in TASKS, such as 'django_tasks_db.DatabaseBackend'.",
            id="mkt_core.W047",
        )

"""Whether answers may be kept between requests at all."""

from __future__ import annotations

from django.conf import settings

from mkt_core.cache.serving import is_in_transaction
from mkt_core.conf import core_settings

from .conf import api_settings

# Nothing is kept longer, changed or not. What is kept is renewed when anything that it is made of changes.
LIFETIME_SECONDS = 86_400.0

# Caches that other processes of the site do not see; what they change would not be noticed.
_PRIVATE = ("django.core.cache.backends.locmem.", "django.core.cache.backends.dummy.")


def keeps_answers() -> bool:
    """Whether the settings let answers be kept: ``MKT_API["CACHE_ANSWERS"]``, or else the kind of cache."""
    conf = api_settings.current.CACHE_ANSWERS
    if conf is not None:
        return conf
    params = settings.CACHES.get(core_settings.current.CACHE_ALIAS, {})
    return not str(params.get("BACKEND", "")).startswith(_PRIVATE)


def install() -> None:
    """Have mkt_core notice what answers are made of and what changes; nothing where they are not kept."""
    from mkt_core.cache.purging import set_sink
    from mkt_core.cache.store import bump
    from mkt_core.cache.tracking.installation import install as track

    if not api_settings.problems() and not core_settings.problems() and keeps_answers():
        track()
        set_sink(bump)


def answers_are_kept() -> bool:
    """Whether this request may take something from there and leave something there.

    Not inside a transaction that began before the request: it may see what nobody else will ever see.
    """
    return keeps_answers() and not is_in_transaction()

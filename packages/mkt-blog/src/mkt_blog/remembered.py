"""What costs queries and is the same for every reader, kept for a while in Django's ``default`` cache.

Counts beside a listing, the terms of a post, what is like it: all of it can be worked out anew, so a cache that is
gone or broken only costs queries. Everything is forgotten at once, by a new version, whenever a post or a term
changes (see ``forgetting``); ``MKT_BLOG["CACHE_SECONDS"]`` bounds what another process with a memory of its own, or
a change that sends no signal, can leave behind.

While mkt_core's response cache notes what a response is made of, nothing is taken from here: it must see each read.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.core.cache import cache
from django.db.models import FileField, Model
from django.utils import timezone

from mkt_core.cache.collector import current_collector

from .conf import blog_settings

logger = logging.getLogger(__name__)

_VERSION = "mkt_blog:version"
# Of the version only: longer than anything that is kept under it.
_VERSION_SECONDS = 86_400 * 30

# Raised whenever what is kept gets another shape: a new release may share a cache with the old one.
_SHAPE = 2

Packed = tuple[str, dict[str, Any]]


def is_used(*, even_collecting: bool = False) -> bool:
    """Whether anything may be taken from the cache now."""
    return blog_settings.current.CACHE_SECONDS > 0 and (
        even_collecting or current_collector() is None
    )


class Recalled(dict[str, Any]):
    """What was kept, by key, and as of which version: None where nothing may be kept either."""

    version: str | None = None


def recall(*keys: str, even_collecting: bool = False) -> Recalled:
    """What is kept under ``keys``; a key is missing where nothing is. No database query.

    ``even_collecting`` is for what the caller tells the response cache by a tag of its own.
    """
    recalled = Recalled()
    if not keys or not is_used(even_collecting=even_collecting):
        return recalled
    try:
        version = _version()
        found = cache.get_many([_key(version, key) for key in keys])
        recalled.update({key: found[full] for key in keys if (full := _key(version, key)) in found})
        recalled.version = version
    except Exception:
        logger.exception("The cache could not be read; the blog asks the database instead")
    return recalled


def keep(values: Mapping[str, Any], *, since: Recalled, until: datetime | None = None) -> None:
    """Keep ``values`` for ``CACHE_SECONDS`` and not beyond ``until``.

    They were found after ``since`` had been recalled, and are kept under its version: what somebody else has changed
    meanwhile, and forgotten, is not found again.
    """
    if not values or since.version is None:
        return
    seconds = float(blog_settings.current.CACHE_SECONDS)
    if until is not None:
        seconds = min(seconds, (until - timezone.now()).total_seconds())
    if seconds < 1:
        return
    try:
        cache.set_many(
            {_key(since.version, key): value for key, value in values.items()}, int(seconds)
        )
    except Exception:
        logger.exception("The cache could not be written; the blog asks the database again")


def forget() -> None:
    """Nothing that was kept before is found again, in any process that shares the cache."""
    try:
        cache.set(_VERSION, uuid4().hex[:12], _VERSION_SECONDS)
    except Exception:
        logger.exception("The cache could not be written; what was kept is found until it ends")


def _version() -> str:
    version = cache.get(_VERSION)
    if version is None:
        cache.add(_VERSION, uuid4().hex[:12], _VERSION_SECONDS)
        version = cache.get(_VERSION)
    return str(version)


def _key(version: str, key: str) -> str:
    # Slugs may be long, and not every cache takes every character.
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=12).hexdigest()
    return f"mkt_blog:{_SHAPE}:{version}:{key.partition(':')[0]}:{digest}"


def pack(instance: Model) -> Packed:
    """A row as plain values, since instances should not be read by code newer than they are."""
    values = {}
    for field in instance._meta.concrete_fields:
        if field.attname in instance.__dict__:
            value = instance.__dict__[field.attname]
            values[field.attname] = str(value) if isinstance(field, FileField) else value
    return instance._meta.label, values


def unpack(packed: Packed) -> Any:
    """The instance again, as if it had just been loaded.

    Raises:
        LookupError, TypeError: the class or its fields are others by now.
    """
    label, values = packed
    instance = apps.get_model(label)(**values)
    instance._state.adding = False
    instance._state.db = "default"
    return instance


def pack_all(instances: Iterable[Model]) -> list[Packed]:
    return [pack(instance) for instance in instances]

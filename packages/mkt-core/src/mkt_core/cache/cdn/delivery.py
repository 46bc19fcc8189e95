"""The way of a purge to those who are to be told: through the site's queue, or else from this process."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import import_module

from . import background
from .configuration import FRONTEND_CACHE, backends
from .purge import Purge

logger = logging.getLogger("mkt_core.cache.cdn")

_is_handing_over: ContextVar[bool] = ContextVar("mkt_core_cdn_is_handing_over", default=False)


def purge_tags(names: Iterable[str]) -> None:
    """Have every CDN in the settings told that ``names`` have changed. Does not wait for any of them."""
    purge = Purge.of_tags(names)
    for name in backends():
        _hand_over(name, purge)


def purge_urls(urls: Iterable[str]) -> None:
    """Have whatever ``WAGTAILFRONTENDCACHE`` names purge ``urls``. Does not wait for it."""
    purge = Purge(urls=frozenset(urls))
    if purge:
        _hand_over(FRONTEND_CACHE, purge)


def is_handing_over() -> bool:
    """Whether what is being written is a queue's own row: telling CDNs of that would never end."""
    return _is_handing_over.get()


def waits_for_tasks() -> bool:
    """Whether a task runs at once, in the process that enqueues it. That is so unless ``TASKS`` names a queue."""
    from .tasks import send_purge

    return isinstance(send_purge.get_backend(), _immediate_backends())


def _hand_over(name: str, purge: Purge) -> None:
    try:
        if not waits_for_tasks():
            from .tasks import enqueue

            with _handing_over():
                enqueue(name, purge)
            return
    except Exception:
        logger.exception("The queue does not take a purge for %s; sending it from here", name)
    background.add(name, purge)


@contextmanager
def _handing_over() -> Iterator[None]:
    token = _is_handing_over.set(True)
    try:
        yield
    finally:
        _is_handing_over.reset(token)


@lru_cache(maxsize=1)
def _immediate_backends() -> tuple[type, ...]:
    """Django's and the backport's: either package runs the tasks of both."""
    found = []
    for package in ("django.tasks", "django_tasks"):
        try:
            module = import_module(f"{package}.backends.immediate")
        except ImportError:
            continue
        found.append(module.ImmediateBackend)
    return tuple(found)

"""How code says what a response is made of; re-exported by ``mkt_core.cache``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.http import HttpRequest
from django.utils import timezone

from .collector import automatic_collector, covering, current_collector
from .tags import normalised

if TYPE_CHECKING:
    from django.db.models import QuerySet

View = TypeVar("View", bound=Callable[..., Any])


def tag(*names: str) -> None:
    """The response being rendered is made of ``names``. Without one nothing happens.

    Raises:
        ValueError: a name is empty.
    """
    collector = current_collector()
    tags = [normalised(name) for name in names]
    if collector is not None:
        collector.tags.update(tags)


@contextmanager
def declared(*names: str) -> Iterator[None]:
    """``names`` cover all that is read inside the block: nothing is noted automatically there.

    Whoever declares must ``purge()`` these names (or rely on built-in ones such as ``page:7``) whenever what is read
    in the block changes.
    """
    tag(*names)
    with covering():
        yield


@contextmanager
def reading(*querysets: QuerySet[Any]) -> Iterator[None]:
    """What is read inside the block is what ``querysets`` would read: they are noted instead, and not run.

    For a statement written by hand that is too involved to be understood, and so would make the response depend on
    everything in its tables. Costs nothing while no response is collected.
    """
    if automatic_collector() is None:
        yield
        return
    # Here, because it knows models, and this module is imported before there are any.
    from .tracking.wrapper import note_query

    for queryset in querysets:
        with suppress(EmptyResultSet):
            sql, params = queryset.query.get_compiler(using=queryset.db).as_sql()
            note_query(sql, tuple(params))
    with covering():
        yield


def expire_at(moment: datetime) -> None:
    """The response being rendered must not be served after ``moment``, as when a post is due then.

    A naive moment is one of the current time zone.
    """
    collector = current_collector()
    if collector is not None:
        collector.expire_at(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)


def dont_cache(reason: str) -> None:
    """Keep the response being rendered out of the cache. ``reason`` is one word for ``X-MKT-Cache: bypass:<reason>``.

    Raises:
        ValueError: the reason is no word of lower-case letters, digits and hyphens.
    """
    if not reason.replace("-", "").isalnum() or reason != reason.lower() or not reason.isascii():
        raise ValueError(f"{reason!r} is no reason: write one lower-case word like 'visitor-name'.")
    collector = current_collector()
    if collector is not None:
        collector.refuse(reason)


def cache_tags(*names: str) -> Callable[[View], View]:
    """Decorate a view, sync or async: its responses are made of ``names``, too."""

    def decorate(view: View) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def tagged(*args: Any, **kwargs: Any) -> Any:
                tag(*names)
                answer: Awaitable[Any] = view(*args, **kwargs)
                return await answer
        else:

            @wraps(view)
            def tagged(*args: Any, **kwargs: Any) -> Any:
                tag(*names)
                return view(*args, **kwargs)

        return tagged  # type: ignore[return-value]

    return decorate


class Cacheable:
    """Mixin for a page type (in front of ``Page``) that says more about its responses than can be noticed."""

    #: The page's own ``Cache-Control``, such as ``"public, s-maxage=60"``; None: as the settings say.
    cache_control: str | None = None

    def cache_tags(self, request: HttpRequest) -> Iterable[str]:
        """Tags beside the automatic ones: of a weather service, of a file that was read."""
        return ()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        tag(*self.cache_tags(request))
        response = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        if self.cache_control is not None and "Cache-Control" not in response:
            response["Cache-Control"] = self.cache_control
        return response

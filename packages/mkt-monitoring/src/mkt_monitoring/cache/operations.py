"""Duration and result of the operations of each cache in ``CACHES``.

What ``caches[alias]`` hands out is an object of a class made from the backend's own, with the same attributes, whose
operations ask the original. So the operations that a backend is made of (``get_or_set`` calls ``get``) count once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from time import perf_counter
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

from ..registry import counter, histogram

CACHE_BUCKETS = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0)

durations = histogram(
    "cache_operation_duration_seconds",
    "Duration of cache operations.",
    ["alias", "operation"],
    buckets=CACHE_BUCKETS,
)
results = counter(
    "cache_operations_total",
    "Cache operations; of get_many, keys.",
    ["alias", "operation", "result"],
)

OPERATIONS = (
    *("get", "set", "add", "delete", "touch", "incr", "decr", "has_key", "clear"),
    *("get_many", "set_many", "delete_many", "get_or_set"),
)
RESULTS = ("hit", "miss", "ok", "error")

_ORIGINAL = "_mkt_original"
_MISSING = object()


class Meter:
    """Observers of one operation on one cache, bound once."""

    def __init__(self, alias: str, operation: str) -> None:
        self.operation = operation
        self.observe = durations.labels(alias, operation).observer()
        # Made when first needed: most operations have two results at most.
        self._counters: dict[str, Callable[[float], None]] = {}
        self._alias = alias

    def count(self, result: str, number: float = 1) -> None:
        increase = self._counters.get(result)
        if increase is None:
            child = results.labels(self._alias, self.operation, result)
            increase = self._counters[result] = child.inc
        increase(number)

    def succeeded(self, value: Any, asked: int) -> None:
        """Count what came of it. ``asked`` is the number of keys of ``get_many``."""
        if self.operation == "get":
            self.count("miss" if value is _MISSING else "hit")
        elif self.operation == "has_key":
            self.count("hit" if value else "miss")
        elif self.operation == "get_many":
            found = len(value)
            if found:
                self.count("hit", found)
            if asked > found:
                self.count("miss", asked - found)
        else:
            self.count("ok")

    def failed(self, error: BaseException) -> None:
        # The way of Django to say that the key of incr and decr is not there.
        missing = isinstance(error, ValueError) and self.operation in ("incr", "decr")
        self.count("miss" if missing else "error")


def measured(backend: BaseCache, alias: str) -> BaseCache:
    """The same cache, measured."""
    if hasattr(backend, _ORIGINAL):
        return backend
    try:
        twin = object.__new__(_class_for(type(backend), alias))
        object.__setattr__(twin, _ORIGINAL, backend)
    except (AttributeError, TypeError):
        # No ordinary object: better unmeasured than broken.
        return backend
    return twin


_classes: dict[tuple[type[BaseCache], str], type[BaseCache]] = {}


def _class_for(kind: type[BaseCache], alias: str) -> type[BaseCache]:
    made = _classes.get((kind, alias))
    if made is None:
        methods: dict[str, Any] = {
            "__module__": kind.__module__,
            # Not one ``__dict__`` for both: Python 3.13 loses attributes of objects that share it.
            "__getattr__": _original_attribute,
            "__setattr__": _set_original_attribute,
            "__delattr__": _delete_original_attribute,
        }
        for operation in OPERATIONS:
            meter = Meter(alias, operation)
            methods[operation] = _synchronous(getattr(kind, operation), meter)
            methods[f"a{operation}"] = _asynchronous(getattr(kind, f"a{operation}"), meter)
        made = _classes[kind, alias] = type(kind.__name__, (kind,), methods)
    return made


def _original_attribute(self: BaseCache, name: str) -> Any:
    original = self.__dict__.get(_ORIGINAL)
    if original is None:
        raise AttributeError(name)
    return getattr(original, name)


def _set_original_attribute(self: BaseCache, name: str, value: Any) -> None:
    setattr(self.__dict__[_ORIGINAL], name, value)


def _delete_original_attribute(self: BaseCache, name: str) -> None:
    delattr(self.__dict__[_ORIGINAL], name)


def _synchronous(method: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    prepare = _PREPARATIONS.get(meter.operation)

    @wraps(method)
    def operation(self: BaseCache, *args: Any, **kwargs: Any) -> Any:
        default, asked = None, 0
        if prepare is not None:
            args, kwargs, default, asked = prepare(args, kwargs)
        started = perf_counter()
        try:
            value = method(self.__dict__[_ORIGINAL], *args, **kwargs)
        except BaseException as error:
            meter.failed(error)
            raise
        finally:
            meter.observe(perf_counter() - started)
        meter.succeeded(value, asked)
        return default if value is _MISSING else value

    return operation


def _asynchronous(
    method: Callable[..., Awaitable[Any]], meter: Meter
) -> Callable[..., Awaitable[Any]]:
    prepare = _PREPARATIONS.get(meter.operation)

    @wraps(method)
    async def operation(self: BaseCache, *args: Any, **kwargs: Any) -> Any:
        default, asked = None, 0
        if prepare is not None:
            args, kwargs, default, asked = prepare(args, kwargs)
        started = perf_counter()
        try:
            value = await method(self.__dict__[_ORIGINAL], *args, **kwargs)
        except BaseException as error:
            meter.failed(error)
            raise
        finally:
            meter.observe(perf_counter() - started)
        meter.succeeded(value, asked)
        return default if value is _MISSING else value

    return operation


Prepared = tuple[tuple[Any, ...], dict[str, Any], Any, int]


def _with_own_default(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Prepared:
    """``get`` with a default that cannot be in the cache, so that a cached None is a hit."""
    if len(args) > 1:
        return (args[0], _MISSING, *args[2:]), kwargs, args[1], 0
    return args, {**kwargs, "default": _MISSING}, kwargs.get("default"), 0


def _with_counted_keys(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Prepared:
    keys: Iterable[Any] = args[0] if args else kwargs["keys"]
    listed = list(keys)
    if args:
        return (listed, *args[1:]), kwargs, None, len(listed)
    return args, {**kwargs, "keys": listed}, None, len(listed)


_PREPARATIONS: dict[str, Callable[[tuple[Any, ...], dict[str, Any]], Prepared]] = {
    "get": _with_own_default,
    "get_many": _with_counted_keys,
}


def install() -> None:
    """Measure all caches, those that are in use already in this thread included. Connects to none."""
    if hasattr(caches.create_connection, "_mkt_measured"):
        return
    create = caches.create_connection

    def create_connection(alias: str) -> BaseCache:
        return measured(create(alias), alias)

    create_connection._mkt_measured = True  # type: ignore[attr-defined]
    caches.create_connection = create_connection  # type: ignore[method-assign]
    for alias in caches.settings:
        if hasattr(caches._connections, alias):  # type: ignore[attr-defined]
            caches[alias] = measured(caches[alias], alias)

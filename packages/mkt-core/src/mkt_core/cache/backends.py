"""A Django cache that never raises because its server is slow or gone.

    CACHES = {
        "default": {
            "BACKEND": "mkt_core.cache.backends.FailSafeCache",
            "LOCATION": "redis://127.0.0.1:6379/1",
            # The cache that holds the data; Django's own Redis cache unless said. Other options are passed on to it.
            "OPTIONS": {"WRAPPED": "django_redis.cache.RedisCache"},
        }
    }

Without its server the cache is empty and keeps nothing: ``get`` gives the default, ``add`` and ``touch`` False,
``incr`` what it would give for a new key. Keys whose change was lost are deleted before anything is read again (the
whole cache is cleared if there are too many), so that nothing out of date survives. Sessions do not belong into a
cache that may be empty: use the engine ``cached_db``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.utils.module_loading import import_string

from .guard import Guard, guard_of
from .safe_options import safe_options
from .store.location import DJANGO_REDIS, redis_location


class FailSafeCache(BaseCache):
    """Stands in front of another cache, method by method; ``wrapped`` is that cache.

    What that one offers beyond Django's API (``lock``, ``delete_pattern``) is reachable, and raises as ever.
    Errors of the caller do as well: a bad key, something that cannot be pickled, ``incr`` of a key that is not there.
    """

    def __init__(self, location: Any, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = dict(params.get("OPTIONS", {}))
        path = options.pop("WRAPPED", DJANGO_REDIS)
        inner = {**params, "OPTIONS": safe_options(path, options)}
        make = partial(import_string(path), location, inner)
        self.wrapped: BaseCache = make()
        # Django makes one of us per thread; what is known of the server is shared by all of them.
        redis = redis_location({**params, "BACKEND": path, "LOCATION": location})
        self._guard: Guard = guard_of(
            f"{path} at {location}",
            repr((path, location, params)),
            make,
            redis.server if redis else "",
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "wrapped":
            raise AttributeError(name)
        return getattr(self.wrapped, name)

    def make_key(self, key: Any, version: int | None = None) -> Any:
        return self.wrapped.make_key(key, version=version)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        def action() -> bool:
            return self.wrapped.add(key, value, timeout=timeout, version=version)

        return self._guard.write("add", action, False)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        def action() -> Any:
            return self.wrapped.get(key, default=default, version=version)

        return self._guard.read("get", action, default)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        def action() -> None:
            self.wrapped.set(key, value, timeout=timeout, version=version)

        self._guard.write("set", action, None, lost=[(key, version)])

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        def action() -> bool:
            return self.wrapped.touch(key, timeout=timeout, version=version)

        return self._guard.write("touch", action, False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        def action() -> bool:
            return bool(self.wrapped.delete(key, version=version))

        return self._guard.write("delete", action, False, lost=[(key, version)])

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        names = list(keys)

        def action() -> dict[Any, Any]:
            return dict(self.wrapped.get_many(names, version=version))

        missed: dict[Any, Any] = {}
        return self._guard.read("get_many", action, missed)

    def set_many(
        self, data: Mapping[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        def action() -> list[Any]:
            return self.wrapped.set_many(dict(data), timeout=timeout, version=version) or []

        lost = [(key, version) for key in data]
        return self._guard.write("set_many", action, list(data), lost=lost)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        names = list(keys)

        def action() -> None:
            self.wrapped.delete_many(names, version=version)

        self._guard.write("delete_many", action, None, lost=[(key, version) for key in names])

    def has_key(self, key: Any, version: int | None = None) -> bool:
        def action() -> bool:
            return bool(self.wrapped.has_key(key, version=version))

        return self._guard.read("has_key", action, False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        def action() -> int:
            return self.wrapped.incr(key, delta=delta, version=version)

        return self._guard.write("incr", action, delta, lost=[(key, version)])

    def incr_version(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        old = self.version if version is None else version

        def action() -> int:
            return self.wrapped.incr_version(key, delta=delta, version=version)

        lost = [(key, old), (key, old + delta)]
        return self._guard.write("incr_version", action, old + delta, lost=lost)

    def clear(self) -> None:
        def action() -> None:
            self.wrapped.clear()

        self._guard.write("clear", action, None, lost=None)

    def close(self, **kwargs: Any) -> None:
        self._guard.read("close", lambda: self.wrapped.close(**kwargs), None)

    # Django's own make several of the methods above of one below, so that one failure becomes many.

    async def aget_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return await sync_to_async(self.get_many)(keys, version=version)

    async def aset_many(
        self, data: Mapping[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        return await sync_to_async(self.set_many)(data, timeout=timeout, version=version)

    async def adelete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        await sync_to_async(self.delete_many)(keys, version=version)

    async def ahas_key(self, key: Any, version: int | None = None) -> bool:
        return await sync_to_async(self.has_key)(key, version=version)

    async def aincr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return await sync_to_async(self.incr)(key, delta=delta, version=version)

    async def aincr_version(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return await sync_to_async(self.incr_version)(key, delta=delta, version=version)

    async def aclear(self) -> None:
        await sync_to_async(self.clear)()

    async def aclose(self, **kwargs: Any) -> None:
        await sync_to_async(self.close)(**kwargs)

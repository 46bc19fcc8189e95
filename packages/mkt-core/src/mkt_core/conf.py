"""Read a package's settings dictionary into a typed, frozen object.

The only reader of settings in every MKT package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.functional import cached_property

from ._annotations import adapted, mismatches

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """What is wrong with a settings dictionary, in one sentence, and what to do about it.

    ``kind`` is "unreadable" (not a dictionary, an unknown or a missing key), "type" (a value of the wrong type) or
    "value" (a value that cannot be used).
    """

    kind: Literal["unreadable", "type", "value"]
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


class AppSettings(Generic[T]):
    """One settings dictionary, read on first use and again after ``override_settings``.

    ``schema`` is a frozen, keyword-only dataclass whose fields are the accepted keys, their types and their defaults.
    Nothing is read when the object is made, so that a module may make one at import.
    """

    def __init__(self, name: str, schema: type[T]) -> None:
        self.name = name
        self.schema = schema
        setting_changed.connect(self._forget)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @cached_property
    def current(self) -> T:
        """The values in force.

        Raises:
            ImproperlyConfigured: the setting has any of the ``problems()``; the text names all of them.
        """
        if found := self.problems():
            raise ImproperlyConfigured(" ".join(found))
        given = self._given()
        return self.schema(
            **{name: adapted(value, self._annotations[name]) for name, value in given.items()}
        )

    def problems(self) -> list[str]:
        """Every problem as a sentence with its remedy; empty when all is well. Never raises for a bad value."""
        return [str(problem) for problem in self.find_problems()]

    def find_problems(self) -> list[SettingProblem]:
        """Like ``problems()``, with message, hint and kind apart, as system checks need them."""
        given = self._given()
        if not isinstance(given, Mapping):
            return [
                SettingProblem(
                    kind="unreadable",
                    message=f"{self.name} must be a dictionary, not {type(given).__name__}.",
                    hint=f"Write {self.name} = {{...}} or remove it to use the defaults.",
                )
            ]
        return [*self._unknown_keys(given), *self._missing_keys(given), *self._wrong_types(given)]

    def _given(self) -> Any:
        return getattr(settings, self.name, {})

    @cached_property
    def _annotations(self) -> dict[str, Any]:
        hints = get_type_hints(self.schema)
        return {field.name: hints[field.name] for field in fields(self.schema)}

    def _unknown_keys(self, given: Mapping[Any, object]) -> Iterator[SettingProblem]:
        for key in sorted(given.keys() - self._annotations.keys(), key=str):
            nearest = get_close_matches(str(key).upper(), self._annotations, n=1)
            known = ", ".join(sorted(self._annotations)) or "none"
            yield SettingProblem(
                kind="unreadable",
                message=f"{self.name} has the unknown key {key!r}.",
                hint=f"Did you mean {nearest[0]!r}?" if nearest else f"Known keys: {known}.",
            )

    def _missing_keys(self, given: Mapping[Any, object]) -> Iterator[SettingProblem]:
        for known in fields(self.schema):
            required = known.default is MISSING and known.default_factory is MISSING
            if required and known.name not in given:
                yield SettingProblem(
                    kind="unreadable",
                    message=f"{self.name} lacks the key {known.name!r}.",
                    hint="It has no default.",
                )

    def _wrong_types(self, given: Mapping[Any, object]) -> Iterator[SettingProblem]:
        for name, annotation in self._annotations.items():
            if name not in given:
                continue
            for message in mismatches(given[name], annotation, f"{self.name}[{name!r}]"):
                yield SettingProblem(
                    kind="type", message=message, hint="Remove the key to use its default."
                )

    def _forget(self, *, setting: str, **kwargs: object) -> None:
        if setting == self.name:
            self.__dict__.pop("current", None)


class GivenSettings(AppSettings[T]):
    """The same for a dictionary inside of a setting; ``name`` is what messages call it."""

    def __init__(self, name: str, schema: type[T], given: object) -> None:
        super().__init__(name, schema)
        self._value = given

    def _given(self) -> Any:
        return self._value


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreSettings:
    """Values accepted in the ``MKT_CORE`` setting."""

    # Keep the X-Request-ID of a request instead of making one: only right behind a proxy that sets
    # or removes the header.
    TRUST_REQUEST_ID: bool = False
    # Addresses and networks ("10.0.0.0/8") whose health requests are answered with details.
    HEALTH_NETWORKS: tuple[str, ...] = ()
    # Database aliases that readiness depends on.
    HEALTH_DATABASES: tuple[str, ...] = ("default",)
    # Longest time one health check may take, in seconds, unless it was registered with its own.
    HEALTH_TIMEOUT_SECONDS: float = 2.0

    # The response cache's store. The alias in CACHES that responses are kept in.
    CACHE_ALIAS: str = "default"
    # Longest time to wait for Redis, connecting and answering each.
    CACHE_SOCKET_TIMEOUT_SECONDS: float = 0.25
    # While the cache server is away: time between two attempts to reach it, in the background.
    CACHE_PROBE_SECONDS: float = 5.0
    # A response that is larger, all its encodings together, is not stored.
    CACHE_MAX_ENTRY_BYTES: int = 4_000_000

    # The response cache's middleware. So long a response is given out before it is rendered again, although nothing
    # is known to have changed.
    CACHE_SECONDS: float = 300.0
    # So long after that it is still given out: while somebody renders it again, and when that fails.
    CACHE_STALE_SECONDS: float = 3600.0
    # A page that is not there is kept only so long, and never given out after that.
    CACHE_NOT_FOUND_SECONDS: float = 10.0
    # Query arguments that pages may depend on. Requests with others bypass the cache, except for the ignored ones.
    CACHE_QUERY_ARGUMENTS: tuple[str, ...] = ("page",)
    # Query arguments that no page depends on; "utm_*" stands for all that begin so.
    CACHE_IGNORED_QUERY_ARGUMENTS: tuple[str, ...] = (
        "utm_*",
        "fbclid",
        "gclid",
        "gbraid",
        "wbraid",
        "dclid",
        "msclkid",
        "twclid",
        "ttclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "pk_*",
        "mtm_*",
    )
    # Request headers and cookies that have a stored response for each of their values.
    CACHE_VARY_HEADERS: tuple[str, ...] = ()
    CACHE_VARY_COOKIES: tuple[str, ...] = ()
    # Request headers that may be read although no response depends on them; "Remote-Addr" is the client's address.
    CACHE_IGNORED_HEADERS: tuple[str, ...] = (
        "User-Agent",
        "X-Request-ID",
        "Traceparent",
        "Tracestate",
    )
    # A response with a larger body is not stored.
    CACHE_MAX_BODY_BYTES: int = 1_000_000
    # Longest time browsers, and proxies, may use a response without asking again.
    CACHE_BROWSER_SECONDS: int = 0
    CACHE_PROXY_SECONDS: int = 0
    # Header that says how long proxies may; with one of its own, browsers do not see it.
    CACHE_PROXY_HEADER: Literal["Cache-Control", "Surrogate-Control", "CDN-Cache-Control"] = (
        "Cache-Control"
    )
    # Header, or several, that tells a proxy the tags ("Surrogate-Key", "Cache-Tag", "xkey"). If empty, those that the
    # backends in CACHE_CDN ask for.
    CACHE_TAG_HEADER: str | tuple[str, ...] = ""
    # If the tags do not fit into so many bytes, proxies must not keep the response.
    CACHE_TAG_HEADER_BYTES: int = 8000
    # CDNs and proxies that are told what has changed: name → {"BACKEND": dotted path, and the options of that backend}.
    CACHE_CDN: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    # Longest time to wait for one of them, connecting and answering each.
    CACHE_CDN_TIMEOUT_SECONDS: float = 2.0
    # If more tags than this wait for one of them, everything is purged there instead.
    CACHE_CDN_MAX_TAGS: int = 500
    # So long a queue goes on trying to deliver a purge; without a queue it is tried until the process ends.
    CACHE_CDN_RETRY_SECONDS: float = 86_400.0
    # Without a queue: so long a process that ends goes on sending.
    CACHE_CDN_EXIT_SECONDS: float = 3.0
    # Also purge, through wagtail.contrib.frontend_cache, URLs that Wagtail itself does not.
    CACHE_CDN_URLS: bool = True
    # Tables written all the time that no page shows: neither noticed when read nor when written.
    CACHE_IGNORED_TABLES: tuple[str, ...] = ()
    # So long this process gives a response out without asking the store; at most 2. Other processes' changes show
    # up so much later.
    CACHE_LOCAL_SECONDS: float = 0.0
    # While a response is rendered for the first time, others wait for it so long, and it is theirs to render if the
    # first one has not come back after the lease.
    CACHE_WAIT_SECONDS: float = 3.0
    CACHE_LEASE_SECONDS: float = 30.0
    # Middleware in front of the cache that responses from mkt_core.wsgi.cached() can do without.
    CACHE_DOOR_SKIPS: tuple[str, ...] = (
        "mkt_core.health.middleware.HealthMiddleware",
        "mkt_monitoring.middleware.RequestMetricsMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    )


core_settings = AppSettings("MKT_CORE", CoreSettings)

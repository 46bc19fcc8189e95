"""Read a package's settings dictionary into a typed, frozen object.

The only reader of settings in every MKT package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.functional import cached_property

from ._annotations import adapted, mismatches
from ._settings.accounts import AccountSettings
from ._settings.cache import CacheSettings
from ._settings.db import DatabaseSettings
from ._settings.health import HealthSettings
from ._settings.logging import LoggingSettings
from ._settings.outgoing import OutgoingSettings
from ._settings.ratelimit import RateLimitSettings
from ._settings.security import SecuritySettings
from ._settings.seo import SeoSettings
from ._settings.uploads import UploadSettings

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


@dataclass(frozen=True, kw_only=True)
class CoreSettings(
    AccountSettings,
    CacheSettings,
    DatabaseSettings,
    HealthSettings,
    LoggingSettings,
    OutgoingSettings,
    RateLimitSettings,
    SecuritySettings,
    SeoSettings,
    UploadSettings,
):
    """Values accepted in the ``MKT_CORE`` setting."""


core_settings = AppSettings("MKT_CORE", CoreSettings)

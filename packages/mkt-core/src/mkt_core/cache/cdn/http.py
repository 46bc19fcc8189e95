"""Requests to CDNs: short, never redirected, and without a secret in any error."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

import requests
from django.utils.http import parse_http_date_safe
from requests.auth import AuthBase

from ...conf import AppSettings, GivenSettings, SettingProblem, core_settings
from .base import PurgeFailed, PurgeRefused, TagBackend

Options = TypeVar("Options", bound=Any)

# What a server says that may take the same request later.
_TRY_LATER = frozenset({408, 425, 429})
_MOST_BYTES = 65_536
# Raised before anything is sent.
_MALFORMED = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    UnicodeEncodeError,
)
#: Nobody is kept waiting longer by what a server asks for.
LONGEST_RETRY_AFTER_SECONDS = 600.0


class _AsGiven(AuthBase):
    """Keeps requests from sending what it finds in ``~/.netrc`` in place of our own header."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


@dataclass(frozen=True, slots=True)
class Answer:
    """What a CDN has said; ``body`` is cut after 64 KiB."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None if it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    payload: Mapping[str, Any] | None = None,
    also_fine: frozenset[int] = frozenset(),
    wants_body: bool = False,
) -> Answer:
    """Send one request; ``also_fine`` are statuses that mean success beside 2xx. The body is read only if wanted.

    Raises:
        PurgeFailed: no answer in time, or one that says to try later.
        PurgeRefused: any other answer, a redirect among them.
    """
    seconds = core_settings.current.CACHE_CDN_TIMEOUT_SECONDS
    try:
        with requests.request(
            method,
            url,
            headers={"User-Agent": "mkt-core", **headers},
            json=payload,
            timeout=(seconds, seconds),
            allow_redirects=False,
            auth=_AsGiven(),
            stream=True,
        ) as response:
            status, given = response.status_code, response.headers
            body = response.raw.read(_MOST_BYTES, decode_content=True) if wants_body else b""
    except _MALFORMED:
        raise PurgeRefused("the address or a header is malformed") from None
    except Exception as error:  # noqa: BLE001
        # Whatever its text, it may quote the request.
        raise PurgeFailed(type(error).__name__) from None
    if 200 <= status < 300 or status in also_fine:
        return Answer(status, body)
    if status >= 500 or status in _TRY_LATER:
        raise PurgeFailed(f"HTTP {status}", _seconds_to_wait(given.get("Retry-After")))
    if 300 <= status < 400:
        raise PurgeRefused(f"HTTP {status}, a redirect, is not followed")
    raise PurgeRefused(f"HTTP {status}")


def _seconds_to_wait(value: str | None) -> float | None:
    if not value:
        return None
    if value.isdigit():
        return min(float(value), LONGEST_RETRY_AFTER_SECONDS)
    moment = parse_http_date_safe(value)
    if moment is None:
        return None
    return min(max(0.0, moment - time.time()), LONGEST_RETRY_AFTER_SECONDS)


class HttpBackend(TagBackend, Generic[Options]):
    """A CDN with an HTTP API; its options are the fields of a frozen dataclass."""

    options_class: ClassVar[type[Any]]

    def __init__(self, name: str, params: Mapping[str, Any]) -> None:
        super().__init__(name, params)
        self.options = cast(Options, _settings(self.options_class, name, params).current)

    @classmethod
    def problems(cls, name: str, params: Mapping[str, Any]) -> list[SettingProblem]:
        given = _settings(cls.options_class, name, params)
        return given.find_problems() or list(cls.value_problems(given.name, given.current))

    @classmethod
    def value_problems(cls, where: str, options: Options) -> list[SettingProblem]:
        """What is wrong with values of the right type; ``where`` is what the setting is called."""
        return []


def _settings(schema: type[Any], name: str, params: Mapping[str, Any]) -> AppSettings[Any]:
    return GivenSettings(f"MKT_CORE['CACHE_CDN'][{name!r}]", schema, params)

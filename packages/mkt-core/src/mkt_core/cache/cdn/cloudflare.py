"""Cloudflare: purging by ``Cache-Tag``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ...conf import SettingProblem
from .addresses import address_problems
from .base import PurgeFailed, PurgeRefused
from .http import HttpBackend, send


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudflareOptions:
    """A zone and an API token with the permission *Cache Purge* for it; named as in Wagtail's own backend."""

    ZONEID: str
    BEARER_TOKEN: str = field(repr=False)
    BASE_URL: str = "https://api.cloudflare.com/client/v4"


class CloudflareTags(HttpBackend[CloudflareOptions]):
    """Up to 100 tags a call, on every plan; what may be called how often differs by plan."""

    options_class = CloudflareOptions
    header = "Cache-Tag"
    most_tags = 100
    most_bytes = 16_000

    @classmethod
    def value_problems(cls, where: str, options: CloudflareOptions) -> list[SettingProblem]:
        return address_problems(where, "BASE_URL", options.BASE_URL, carries_secret=True)

    def purge_tags(self, tags: Sequence[str]) -> None:
        self._post({"tags": list(tags)})

    def purge_everything(self) -> None:
        self._post({"purge_everything": True})

    def _post(self, payload: Mapping[str, Any]) -> None:
        options = self.options
        zone = quote(options.ZONEID, safe="")
        answer = send(
            "POST",
            f"{options.BASE_URL.rstrip('/')}/zones/{zone}/purge_cache",
            headers={"Authorization": f"Bearer {options.BEARER_TOKEN}"},
            payload=payload,
            wants_body=True,
        )
        said = answer.json()
        if not isinstance(said, dict):
            raise PurgeFailed("the answer is not JSON")
        if said.get("success") is not True:
            raise PurgeRefused(f"Cloudflare says no, error codes {_codes(said)}")


def _codes(said: Mapping[str, Any]) -> str:
    """Numbers only: the messages may repeat what was sent."""
    errors = said.get("errors")
    codes = [error.get("code") for error in errors if isinstance(error, dict)] if errors else []
    return ", ".join(str(code) for code in codes if isinstance(code, int)) or "none"

"""Fastly: purging by ``Surrogate-Key``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from ...conf import SettingProblem
from ..collector import EPOCH_TAG
from ..tags import told_to_proxies
from .addresses import address_problems
from .http import HttpBackend, send


@dataclass(frozen=True, slots=True, kw_only=True)
class FastlyOptions:
    """A service and a token that may purge it (scope ``purge_select``; ``purge_all`` as well unless soft)."""

    SERVICE_ID: str
    TOKEN: str = field(repr=False)
    # Mark as stale instead of removing: the old response is still used while the new one is fetched, or if that fails.
    SOFT: bool = False
    BASE_URL: str = "https://api.fastly.com"


class FastlyTags(HttpBackend[FastlyOptions]):
    """Up to 256 keys a call, in the header ``Surrogate-Key`` of the request."""

    options_class = FastlyOptions
    header = "Surrogate-Key"
    most_tags = 256
    most_bytes = 7000

    @classmethod
    def value_problems(cls, where: str, options: FastlyOptions) -> list[SettingProblem]:
        return address_problems(where, "BASE_URL", options.BASE_URL, carries_secret=True)

    def purge_tags(self, tags: Sequence[str]) -> None:
        self._post("purge", {"Surrogate-Key": " ".join(tags)})

    def purge_everything(self) -> None:
        if self.options.SOFT:
            # There is no soft purge of everything, but every response has this tag.
            self.purge_tags([told_to_proxies(EPOCH_TAG)])
        else:
            self._post("purge_all", {})

    def _post(self, action: str, headers: Mapping[str, str]) -> None:
        options = self.options
        soft = {"Fastly-Soft-Purge": "1"} if options.SOFT else {}
        send(
            "POST",
            f"{options.BASE_URL.rstrip('/')}/service/{quote(options.SERVICE_ID, safe='')}/{action}",
            headers={
                "Fastly-Key": options.TOKEN,
                "Accept": "application/json",
                **soft,
                **headers,
            },
        )

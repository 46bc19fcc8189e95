"""Plausible, Matomo, Google Analytics 4 and PostHog.

None of them gets an address or a user agent, as there is none. Visitors are told apart by the hash of the day.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from ..rows import EventRow
from .base import Call, Service

_BROWSERS = {
    "mobile": "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "tablet": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
}
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
# An address of nobody (RFC 5737): the service would otherwise take ours for the visitor's.
_NOBODY = "192.0.2.1"


def _properties(row: EventRow) -> dict[str, Any]:
    return dict(json.loads(row.properties))


@dataclass(frozen=True, kw_only=True)
class Plausible(Service):
    """Events API: one request for each event. Visitors differ by what is added to the user agent."""

    DOMAIN: str
    URL: str = "https://plausible.io"

    def calls(self, rows: Sequence[EventRow]) -> Iterator[Call]:
        for row in rows:
            yield Call(
                rows=[row],
                url=f"{self.URL.rstrip('/')}/api/event",
                headers={
                    "User-Agent": f"{_BROWSERS.get(row.device, _BROWSER)} {row.visitor[:16]}",
                    "X-Forwarded-For": _NOBODY,
                },
                json={
                    "name": "pageview" if row.name == "page_view" else row.name,
                    "domain": self.DOMAIN,
                    "url": f"{self.page_url(row)}{_campaign(row)}",
                    "props": {name: str(value) for name, value in _properties(row).items()},
                },
            )


@dataclass(frozen=True, kw_only=True)
class Matomo(Service):
    """Bulk tracking API: one request for all. ``TOKEN`` is needed for events that are some hours old."""

    URL: str
    SITE_ID: int
    TOKEN: str = ""

    def calls(self, rows: Sequence[EventRow]) -> Iterator[Call]:
        body: dict[str, Any] = {"requests": [f"?{urlencode(self._query(row))}" for row in rows]}
        if self.TOKEN:
            body["token_auth"] = self.TOKEN
        yield Call(rows=rows, url=f"{self.URL.rstrip('/')}/matomo.php", json=body)

    def _query(self, row: EventRow) -> dict[str, Any]:
        query: dict[str, Any] = {
            "idsite": self.SITE_ID,
            "rec": 1,
            "apiv": 1,
            "url": f"{self.page_url(row)}{_campaign(row)}",
            "rand": row.id[-16:],
        }
        if row.visitor:
            query["_id"] = row.visitor[:16]
        if self.TOKEN:
            query["cdt"] = int(row.occurred_at)
        if row.name != "page_view":
            query |= {"e_c": "mkt", "e_a": row.name, "ca": 1}
            if row.value is not None:
                query["e_v"] = row.value
        return query


@dataclass(frozen=True, kw_only=True)
class GoogleAnalytics(Service):
    """Measurement Protocol of GA4: one request for each visitor and 25 events."""

    MEASUREMENT_ID: str
    API_SECRET: str
    URL: str = "https://www.google-analytics.com"

    def calls(self, rows: Sequence[EventRow]) -> Iterator[Call]:
        by_visitor: dict[str, list[EventRow]] = defaultdict(list)
        for row in rows:
            by_visitor[row.visitor or row.id].append(row)
        query = urlencode({"measurement_id": self.MEASUREMENT_ID, "api_secret": self.API_SECRET})
        for visitor, theirs in by_visitor.items():
            for first in range(0, len(theirs), 25):
                part = theirs[first : first + 25]
                yield Call(
                    rows=part,
                    url=f"{self.URL.rstrip('/')}/mp/collect?{query}",
                    json={
                        "client_id": visitor,
                        "timestamp_micros": int(part[0].occurred_at * 1_000_000),
                        "non_personalized_ads": True,
                        "events": [self._event(row) for row in part],
                    },
                )

    def _event(self, row: EventRow) -> dict[str, Any]:
        parameters = {"page_location": self.page_url(row), **_properties(row)}
        if row.value is not None:
            parameters["value"] = row.value
        return {"name": row.name, "params": parameters}


@dataclass(frozen=True, kw_only=True)
class PostHog(Service):
    """Batch API: one request for all, each event with its own identifier, so that it counts once."""

    API_KEY: str
    URL: str = "https://eu.i.posthog.com"

    def calls(self, rows: Sequence[EventRow]) -> Iterator[Call]:
        yield Call(
            rows=rows,
            url=f"{self.URL.rstrip('/')}/batch/",
            json={"api_key": self.API_KEY, "batch": [self._event(row) for row in rows]},
        )

    def _event(self, row: EventRow) -> dict[str, Any]:
        return {
            "event": "$pageview" if row.name == "page_view" else row.name,
            "uuid": str(UUID(row.id)),
            "distinct_id": row.visitor or row.id,
            "timestamp": row.moment().isoformat(),
            "properties": {
                **_properties(row),
                "$current_url": self.page_url(row),
                "$process_person_profile": False,
                "$ip": _NOBODY,
                "$geoip_disable": True,
            },
        }


#: By the value of ``TO``.
SERVICES: dict[str, type[Service]] = {
    "plausible": Plausible,
    "matomo": Matomo,
    "ga4": GoogleAnalytics,
    "posthog": PostHog,
}


def _campaign(row: EventRow) -> str:
    pairs = {
        name: value
        for name in ("utm_campaign", "utm_source", "utm_medium")
        if (value := getattr(row, name))
    }
    return f"?{urlencode(pairs)}" if pairs else ""

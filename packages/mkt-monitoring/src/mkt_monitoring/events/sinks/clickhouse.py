"""ClickHouse, by its HTTP interface. No package is needed for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from ..rows import EventRow
from .base import Refused, Sink

#: For an administrator of ClickHouse. Rows with the same key are merged: a batch that came twice counts once.
CREATE_TABLE = """\
CREATE TABLE {table} (
    id UUID, day Date, occurred_at DateTime64(3, 'UTC'), site_id UInt64, name LowCardinality(String), path String,
    page_id Nullable(UInt64), referrer_group String, utm_campaign String, utm_source String, utm_medium String,
    country LowCardinality(String), device LowCardinality(String), visitor String, value Nullable(Float64),
    properties String
) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (site_id, name, day, id)"""

# What ClickHouse says when it has read the rows and does not like them: CANNOT_PARSE_* and TYPE_MISMATCH.
_REFUSALS = frozenset({"6", "26", "27", "38", "41", "53", "72", "117", "349"})


class ClickHouseSink(Sink):
    """Keys of ``SINK_OPTIONS``. Aggregates and dashboards of this package need its own tables: they stay empty.

    Args:
        URL: "http://clickhouse:8123" or "https://…:8443", without a path.
        TABLE: made by an administrator: ``CREATE_TABLE`` of this module shows how.
        USER: who writes.
        PASSWORD: of the user.
        TIMEOUT_SECONDS: for connecting and for an answer.
    """

    name = "clickhouse"

    def __init__(
        self,
        *,
        URL: str,  # noqa: N803
        TABLE: str = "mkt_events",  # noqa: N803
        USER: str = "default",  # noqa: N803
        PASSWORD: str = "",  # noqa: N803
        TIMEOUT_SECONDS: float = 5.0,  # noqa: N803
    ) -> None:
        parts = urlsplit(URL)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ImproperlyConfigured("EVENTS['SINK_OPTIONS']['URL'] is no http or https URL.")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
        self._path = f"/?query={quote(f'INSERT INTO {TABLE} FORMAT JSONEachRow')}"
        self._headers = {
            "X-ClickHouse-User": USER,
            "X-ClickHouse-Key": PASSWORD,
            "Content-Type": "application/x-ndjson",
        }

    def write(self, rows: Sequence[EventRow]) -> None:
        body = "\n".join(json.dumps(_columns(row), ensure_ascii=False) for row in rows)
        try:
            self._connection.request("POST", self._path, body.encode(), self._headers)
            answer = self._connection.getresponse()
            said = answer.read(2000).decode("utf-8", "replace")
        except (OSError, HTTPException):
            self._connection.close()
            raise
        if answer.status == 200:
            return
        self._connection.close()
        if answer.headers.get("X-ClickHouse-Exception-Code", "") in _REFUSALS:
            raise Refused(said)
        raise OSError(f"ClickHouse answers {answer.status}: {said[:200]}")

    def close(self) -> None:
        self._connection.close()


def _columns(row: EventRow) -> dict[str, Any]:
    columns = row._asdict()
    columns["id"] = str(UUID(row.id))
    columns["occurred_at"] = f"{row.occurred_at:.3f}"
    return columns

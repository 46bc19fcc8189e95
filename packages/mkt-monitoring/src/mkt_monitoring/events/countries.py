"""The country of a visitor, if the site has a way to know it. The address goes no further than this."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from mkt_core.client_address import client_address

from .options import event_options
from .snapshot import Snapshot, header_key

logger = logging.getLogger(__name__)


def country_of(request: HttpRequest | Snapshot) -> str:
    """Two capital letters (ISO 3166-1), or empty: from ``COUNTRY_HEADER``, else from ``GEOIP_DATABASE``."""
    options = event_options()
    if options.COUNTRY_HEADER:
        return _code(request.META.get(header_key(options.COUNTRY_HEADER), ""))
    if options.GEOIP_DATABASE and (reader := _opened(options.GEOIP_DATABASE)):
        return _looked_up(reader, client_address(request))  # type: ignore[arg-type]
    return ""


def open_database(path: str) -> Any:
    """A reader of the database.

    Raises:
        ImproperlyConfigured: the extra is missing, or the file is no such database.
    """
    try:
        import maxminddb  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise ImproperlyConfigured(
            "EVENTS['GEOIP_DATABASE'] needs the package maxminddb: install mkt-monitoring[geoip]."
        ) from error
    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise ImproperlyConfigured(f"EVENTS['GEOIP_DATABASE'] cannot be read: {error}.") from error


@lru_cache(maxsize=1)
def _opened(path: str) -> Any:
    try:
        return open_database(path)
    except ImproperlyConfigured:
        logger.exception("Events have no country.")
        return None


def _looked_up(reader: Any, address: str) -> str:
    try:
        found = reader.get(address) if address else None
    except ValueError:
        return ""
    country = (found or {}).get("country") or (found or {}).get("registered_country") or {}
    return _code(country.get("iso_code", "")) if isinstance(country, dict) else _code(country)


def _code(text: Any) -> str:
    text = str(text).strip().upper()
    # Cloudflare says XX for unknown, and T1 for the Tor network.
    return text if len(text) == 2 and text.isascii() and text.isalpha() and text != "XX" else ""

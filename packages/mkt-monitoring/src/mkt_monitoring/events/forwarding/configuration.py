"""The entries of ``EVENTS["FORWARD"]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from mkt_core.conf import GivenSettings

from ..options import event_options
from .base import Service
from .services import SERVICES


def services() -> list[Service]:
    """Those of the settings, in their order.

    Raises:
        ImproperlyConfigured: an entry cannot be used.
    """
    return [_made(number, entry) for number, entry in enumerate(event_options().FORWARD)]


def _made(number: int, entry: Mapping[str, Any]) -> Service:
    given = dict(entry)
    kind = SERVICES.get(str(given.pop("TO", "")))
    where = f"MKT_MONITORING['EVENTS']['FORWARD'][{number}]"
    if kind is None:
        raise ImproperlyConfigured(f"{where} has no TO that is one of {', '.join(SERVICES)}.")
    return GivenSettings(where, kind, given).current

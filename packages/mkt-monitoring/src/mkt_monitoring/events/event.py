"""What ``recording.record`` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. Texts that are too long are cut: 500 characters of a path, 100 of campaigns and referrers."""

    name: str
    # Primary key of the Wagtail site; 0 for none.
    site_id: int = 0
    # Without a query string.
    path: str = ""
    page_id: int | None = None
    # See ``referrers.referrer_group``.
    referrer_group: str = ""
    utm_campaign: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    # Two capital letters; see ``countries.country_of``.
    country: str = ""
    # See ``devices.device_of``.
    device: str = ""
    # What ``privacy.visitor_of`` gives, or empty.
    visitor: str = ""
    # Aware; now if None, and also if it is more than a day ago or in the future.
    occurred_at: datetime | None = None
    props: Mapping[str, Any] = field(default_factory=dict)

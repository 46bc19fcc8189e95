"""What kind of device, by the user agent."""

from __future__ import annotations

import re
from functools import lru_cache

_TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"mobi|iphone|ipod|windows phone|opera mini", re.IGNORECASE)
_DESKTOP = re.compile(r"windows|macintosh|x11|linux|cros", re.IGNORECASE)


@lru_cache(maxsize=4096)
def device_of(user_agent: str) -> str:
    """The words "mobile", "tablet", "desktop" or "other"; empty for no user agent. Newer iPads call themselves Macs."""
    if not user_agent:
        return ""
    user_agent = user_agent[:500]
    for device, pattern in (("tablet", _TABLET), ("mobile", _MOBILE), ("desktop", _DESKTOP)):
        if pattern.search(user_agent):
            return device
    return "other"

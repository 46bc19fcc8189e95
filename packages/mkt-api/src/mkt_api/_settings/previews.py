"""Links to drafts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class PreviewSettings:
    """Keys of ``MKT_API``."""

    # How long a link to a draft works, in hours.
    PREVIEW_HOURS: int = 24
    # Where the front end shows drafts, by host name of the site; "default" is for all others. Empty: no link to copy
    # but that of the JSON itself.
    PREVIEW_CLIENT_URLS: dict[str, str] = field(default_factory=dict, hash=False)

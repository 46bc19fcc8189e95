"""Of uploaded files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class UploadSettings:
    """Keys of ``MKT_CORE``."""

"""What the site needs to know of a front end of its own, such as ``example_project/headless``."""

from typing import Any
from urllib.parse import urlsplit


def api_settings(url: str) -> dict[str, Any]:
    """``MKT_API``: pictures in the sizes that the front end shows, and where it shows drafts; nothing without one."""
    if not url:
        return {}
    return {
        "RENDITIONS": {
            # The first one is what a picture without srcset shows. The blog's own pages have the same files.
            "card": ("fill-800x500|format-webp", "fill-400x250|format-webp"),
            "hero": ("max-1600x1200|format-webp", "max-800x800|format-webp"),
            "hero-jpeg": "max-1200x1200|format-jpeg",
        },
        "PREVIEW_CLIENT_URLS": {"default": f"{url.rstrip('/')}/preview"},
    }


def outgoing_settings(url: str) -> dict[str, Any]:
    """Of ``MKT_CORE``, for development: a front end on this machine gets webhooks, too."""
    parts = urlsplit(url)
    if parts.hostname != "127.0.0.1":
        return {}
    return {"OUTGOING_NETWORKS": ("127.0.0.1",), "OUTGOING_PORTS": (443, 80, parts.port or 80)}

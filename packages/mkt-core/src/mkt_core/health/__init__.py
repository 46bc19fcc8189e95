"""Health of the site: what it depends on, and the URLs that tell (``mkt_core.urls``)."""

from .draining import is_draining, start_draining, watch_sigterm
from .registry import Degraded, register, unregister

__all__ = ["Degraded", "is_draining", "register", "start_draining", "unregister", "watch_sigterm"]

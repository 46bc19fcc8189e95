"""A ready ``LOGGING`` dictionary."""

from __future__ import annotations

from typing import Any


def config(level: str = "INFO") -> dict[str, Any]:
    """``LOGGING = mkt_core.logging.config()``: every record as one JSON line on standard error.

    Replaces Django's own handlers, the e-mails to ``ADMINS`` included. Add to the returned
    dictionary what else you need.
    """
    logger = {"handlers": ["json"], "level": level, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "mkt_core.logging.JsonFormatter"}},
        "handlers": {"json": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["json"], "level": level},
        # Django gives these two handlers of their own; naming them here takes those away.
        "loggers": {"django": dict(logger), "django.server": dict(logger)},
    }

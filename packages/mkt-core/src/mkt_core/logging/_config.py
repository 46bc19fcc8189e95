"""A ready ``LOGGING`` dictionary."""

from __future__ import annotations

from typing import Any, Literal


def config(
    level: str = "INFO",
    *,
    style: Literal["json", "text"] = "json",
    service: str = "",
    environment: str = "",
    file: str = "",
    access: bool = True,
) -> dict[str, Any]:
    """``LOGGING = mkt_core.logging.config()``: every record as one JSON line on standard error.

    ``style="text"`` writes lines for people, with the same ids and without the same secrets. ``service`` and
    ``environment`` stand in every line. With ``file``, lines go there and not to standard error. ``access=False``
    leaves out the line for each request, except for those that are slow or fail.

    Replaces Django's own handlers, the e-mails to ``ADMINS`` included. Add what else you need to the dictionary.
    """
    handler: dict[str, Any] = {"formatter": "mkt", "class": "mkt_core.logging.SafeStreamHandler"}
    if file:
        handler |= {"class": "mkt_core.logging.SafeFileHandler", "filename": file}
    if style == "text":
        handler["filters"] = ["mkt"]
    logger = {"handlers": ["mkt"], "level": level, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"mkt": _formatter(style, service, environment)},
        "filters": {"mkt": {"()": "mkt_core.logging.RequestIdFilter"}},
        "handlers": {"mkt": handler},
        "root": {"handlers": ["mkt"], "level": level},
        "loggers": {
            # Django gives these two handlers of their own; naming them here takes those away.
            "django": dict(logger),
            "django.server": dict(logger),
            **({} if access else {"mkt_core.access": {"level": "WARNING"}}),
        },
    }


def _formatter(style: str, service: str, environment: str) -> dict[str, Any]:
    if style == "text":
        return {
            "()": "mkt_core.logging.TextFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    return {
        "()": "mkt_core.logging.JsonFormatter",
        "service": service,
        "environment": environment,
    }

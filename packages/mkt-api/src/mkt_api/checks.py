"""System checks of mkt-api."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from mkt_core.checks import missing_tables, settings_errors

from .access.checks import access_errors
from .conf import api_settings
from .pages.checks import content_errors, page_warnings
from .plan import HINTS
from .registry import registry


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """E001: MKT_API cannot be read. E002: a value has the wrong type or makes no sense."""
    errors = settings_errors(api_settings, "mkt_api")
    if errors:
        return errors
    conf = api_settings.current
    if not 1 <= conf.PAGE_SIZE <= conf.MAX_PAGE_SIZE:
        message = (
            f"MKT_API['PAGE_SIZE'] is {conf.PAGE_SIZE}; it must be from 1 to "
            f"MAX_PAGE_SIZE ({conf.MAX_PAGE_SIZE})."
        )
        errors.append(Error(message, hint="Remove the key to use the default.", id="mkt_api.E002"))
    if conf.CACHE_SECONDS < 0:
        message = "MKT_API['CACHE_SECONDS'] must not be negative."
        errors.append(Error(message, hint="0 makes clients ask each time.", id="mkt_api.E002"))
    if conf.BASE_URL and not conf.BASE_URL.startswith(("http://", "https://")):
        message = "MKT_API['BASE_URL'] must begin with http:// or https://."
        errors.append(Error(message, hint="“https://www.example.com”", id="mkt_api.E002"))
    return [*errors, *access_errors(conf), *content_errors(conf)]


def check_resources(**kwargs: Any) -> list[CheckMessage]:
    """What is wrong with the declared resources.

    E004: unknown field. E005: sensitive name. E006: impossible order. E007: bad or duplicate name.
    E008: unknown lookup.
    """
    return [
        Error(
            fault.message,
            hint=fault.hint or HINTS[fault.code],
            obj=fault.resource,
            id=f"mkt_api.{fault.code}",
        )
        for fault in registry.faults()
    ]


def check_pages(**kwargs: Any) -> list[CheckMessage]:
    """W009: something that a page type shows to Wagtail's API cannot be shown here."""
    return [] if api_settings.problems() or registry.faults() else list(page_warnings())


def check_tables(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W003: the app is installed and its migrations have not been run."""
    return missing_tables("mkt_api", databases)

"""System checks of what the API shows without being told: page types, renditions, site settings."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from ..conf import ApiSettings
from ..registry import registry
from .types import every_page_type, page_types


def content_errors(conf: ApiSettings) -> Iterator[CheckMessage]:
    """E002: unknown page types, specifications of renditions and fields of site settings."""
    known = {name.lower() for name in every_page_type()}
    for key in ("TYPES", "EXCLUDE"):
        for name in getattr(conf, key):
            if name.lower() not in known:
                yield _error(
                    f"MKT_API[{key!r}]: there is no page type “{name}”.",
                    "Write it like “blog.PostPage”.",
                )
    if conf.SYNC_DAYS < 1:
        yield _error("MKT_API['SYNC_DAYS'] must be at least 1.", "Remove the key for 30 days.")
    if apps.is_installed("wagtail.images"):
        yield from _rendition_errors()
    from ..endpoints.settings import public_settings

    for problem in public_settings(registry)[1]:
        yield _error(f"MKT_API['SETTINGS']: {problem}.", "Name fields that everybody may read.")


def _rendition_errors() -> Iterator[CheckMessage]:
    from wagtail.images.exceptions import InvalidFilterSpecError
    from wagtail.images.models import Filter

    from ..fields.renditions import rendition_sets

    for name, specs in rendition_sets().items():
        for spec in specs or ("",):
            try:
                Filter(spec=spec).operations  # noqa: B018
            except InvalidFilterSpecError:
                yield _error(
                    f"MKT_API['RENDITIONS'][{name!r}]: “{spec}” is no filter of Wagtail's.",
                    "“width-800”, “fill-400x300|format-webp” …",
                )


def _error(message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id="mkt_api.E002")


def page_warnings() -> Iterator[CheckMessage]:
    """W009: an entry of ``api_fields`` cannot be shown and is left out."""
    from .plans import compile_type

    if "pages" not in registry.resources:
        return
    for name, model in page_types().items():
        for fault in compile_type(model, registry)[1]:
            yield CheckWarning(
                f"{name}: {fault.message}",
                hint="pages/ leaves it out. Rename it, or remove it from api_fields.",
                obj=model,
                id="mkt_api.W009",
            )

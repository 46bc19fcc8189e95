"""What a token may be good for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..registry import Registry

#: All resources, as far as everybody may see them.
READ = "read"
#: Pages, images and documents behind view restrictions, too.
RESTRICTED = "restricted"

_OF_ONE_RESOURCE = "read:"


def read_scope(resource_name: str) -> str:
    """The scope that opens one resource only."""
    return f"{_OF_ONE_RESOURCE}{resource_name}"


def choices(registry: Registry) -> list[tuple[str, str]]:
    """Every scope there is, and what it opens."""
    named = [(READ, _("Read everything that is public"))]
    named.append((RESTRICTED, _("Read what is behind view restrictions as well")))
    extra: dict[str, str] = {}
    for name, resource in registry.resources.items():
        named.append((read_scope(name), _("Read only “%(name)s”") % {"name": name}))
        for scope in getattr(resource, "scopes", ()):
            extra.setdefault(scope, scope)
    known = {scope for scope, _label in named}
    return [
        *named,
        *((scope, label) for scope, label in sorted(extra.items()) if scope not in known),
    ]


def unknown(scopes: Iterable[str], registry: Registry) -> list[str]:
    """Those of ``scopes`` that nothing is named by."""
    known = {scope for scope, _label in choices(registry)}
    return [scope for scope in scopes if scope not in known]

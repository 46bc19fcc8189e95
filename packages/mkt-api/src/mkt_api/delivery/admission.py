"""Who may share an answer with whom."""

from __future__ import annotations

from django.http import HttpRequest

from ..access.identity import access_of


def variant_of(request: HttpRequest) -> str | None:
    """A name for all who would get the same answer as this client; None if it is for nobody else."""
    return "" if access_of(request).sees_what_everybody_sees else None

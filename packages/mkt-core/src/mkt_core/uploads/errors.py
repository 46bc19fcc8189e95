"""Why a file is refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError


class UploadRefused(ValidationError):
    """A file that is not let in; a form shows the message beside the field.

    ``code`` names the reason for programs: it is what signals and log lines tell.
    """

    def __init__(self, message: Any, *, code: str, params: dict[str, Any] | None = None) -> None:
        super().__init__(message, code=code, params=params)
        self.code: str = code


class Malformed(ValueError):
    """The bytes are not of the format that they claim; the text is for logs and never holds any of them."""

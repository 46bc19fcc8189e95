"""Requests to URLs that somebody else has chosen: webhooks, embeds, imports.

>>> response = request("POST", webhook.url, json={"event": "published"}, purpose="webhook")
>>> response.raise_for_status()
"""

from .client import arequest, request
from .errors import (
    AddressRefused,
    BadAnswer,
    BadStatus,
    ConnectionFailed,
    InvalidRequest,
    OutgoingError,
    TimedOut,
    TlsFailed,
    TooLarge,
    TooManyRedirects,
)
from .responses import Response

__all__ = [
    "AddressRefused",
    "BadAnswer",
    "BadStatus",
    "ConnectionFailed",
    "InvalidRequest",
    "OutgoingError",
    "Response",
    "TimedOut",
    "TlsFailed",
    "TooLarge",
    "TooManyRedirects",
    "arequest",
    "request",
]

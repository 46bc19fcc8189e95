"""Signatures by which a receiver knows that a request is from this site, as Standard Webhooks 1.0 writes them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from django.utils import timezone

PREFIX = "whsec_"


def secret_text(key: bytes) -> str:
    """A key as its receiver is told it: ``whsec_`` and base 64."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret stands for; a text that is no base 64 is the key itself."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def signature_headers(keys: Iterable[bytes], message_id: str, body: bytes) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` (now) and ``webhook-signature``, the last with each of the ``keys``.

    The same id is sent with each attempt, so that the receiver can tell a repetition.
    """
    timestamp = int(timezone.now().timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(key, message_id, timestamp, body) for key in keys),
    }


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and HMAC-SHA-256 of id, time and body in base 64."""
    content = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"

"""Secrets and signatures (Standard Webhooks 1.0, symmetric)."""

from __future__ import annotations

from secrets import token_hex

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mkt_core.outgoing.signatures import secret_text, signature_headers

from ..models import WebhookEndpoint

_SALT = "mkt_api.webhook:"


def new_salt() -> str:
    """For a secret that nobody has had yet."""
    return token_hex(32)


def secret_of(endpoint: WebhookEndpoint) -> str:
    """What the receiver checks signatures with, as text: ``whsec_`` and 32 bytes in base 64."""
    return secret_text(_key(endpoint.secret_salt, settings.SECRET_KEY))


def headers(endpoint: WebhookEndpoint, message_id: str, body: bytes) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` (now) and ``webhook-signature``."""
    return signature_headers(_keys(endpoint), message_id, body)


def _keys(endpoint: WebhookEndpoint) -> list[bytes]:
    """All that receivers may know: also those of before a rotation, of this secret or of SECRET_KEY."""
    salts = [endpoint.secret_salt]
    if endpoint.previous_salt and (endpoint.previous_until or timezone.now()) > timezone.now():
        salts.append(endpoint.previous_salt)
    site_keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [_key(salt, str(site_key)) for salt in salts for site_key in site_keys]


def _key(salt: str, site_key: str) -> bytes:
    return salted_hmac(_SALT, salt, secret=site_key, algorithm="sha256").digest()

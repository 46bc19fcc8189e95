"""The looks of a token, and the digest that is kept of it.

``mktapi_`` tells whose it is (and lets mkt-core keep it out of logs), 30 characters are random (178 bits), and six are
a checksum: a token that was cut off or mistyped is refused without asking the database.
"""

from __future__ import annotations

import secrets
import string
import zlib
from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.crypto import salted_hmac

PREFIX = "mktapi_"
RANDOM_LENGTH = 30
CHECKSUM_LENGTH = 6
LENGTH = len(PREFIX) + RANDOM_LENGTH + CHECKSUM_LENGTH
HINT_LENGTH = len(PREFIX) + 5

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SALT = "mkt_api.token"


def generate() -> str:
    """A new token."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_LENGTH))
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(token: str) -> bool:
    """Whether it can be a token of ours at all. Says nothing about whether there is such a one."""
    if len(token) != LENGTH or not token.startswith(PREFIX):
        return False
    body, checksum = token[len(PREFIX) : -CHECKSUM_LENGTH], token[-CHECKSUM_LENGTH:]
    return body.isascii() and body.isalnum() and checksum == _checksum(body)


def hint_of(token: str) -> str:
    """The beginning, to be shown in lists."""
    return token[:HINT_LENGTH]


def digest(token: str) -> str:
    """What is kept: HMAC-SHA-256, as 64 hexadecimal digits."""
    return _digest(token, _keys()[0])


def digests(token: str) -> list[str]:
    """By the current secret key first, then by each of ``SECRET_KEY_FALLBACKS``."""
    return [_digest(token, key) for key in _keys()]


def _digest(token: str, key: str) -> str:
    return salted_hmac(_SALT, token, secret=key, algorithm="sha256").hexdigest()


def _checksum(body: str) -> str:
    """CRC-32 of prefix and body, in base 62. It finds slips; the digest is what keeps forgers out."""
    number = zlib.crc32(f"{PREFIX}{body}".encode())
    found = ""
    for _ in range(CHECKSUM_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        found = _ALPHABET[rest] + found
    return found


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
        _keys.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_api.access.keys")

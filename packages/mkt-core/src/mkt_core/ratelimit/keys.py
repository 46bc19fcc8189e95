"""Names that clients have in the cache: nobody can read an address out of them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b, sha256

from django.conf import settings
from django.core.signals import setting_changed


def cache_key(name: str, key: str) -> str:
    """For the client ``key`` under the rule ``name``. With another ``SECRET_KEY`` every limit begins afresh."""
    digest = blake2b(key.encode(errors="surrogatepass"), key=_secret(), digest_size=16)
    return f"mkt:rl:{name}:{digest.hexdigest()}"


@lru_cache(maxsize=1)
def _secret() -> bytes:
    return sha256(b"mkt_core.ratelimit:" + settings.SECRET_KEY.encode()).digest()


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "SECRET_KEY":
        _secret.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.ratelimit.keys")

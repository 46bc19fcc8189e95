"""Who may ask, and how often."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AccessSettings:
    """Keys of ``MKT_API``."""

    # Whether clients without a token may read what everybody may see.
    ANONYMOUS_READ: bool = True
    # Whether the session of somebody who is logged in (or has given a page's password) opens restricted pages.
    SESSION_ACCESS: bool = False
    # Whether Wagtail's own tokens (Wagtail 8) are accepted.
    WAGTAIL_TOKENS: bool = False
    # How long a process believes what it knows of a token, in seconds: so late may a revocation take effect.
    TOKEN_CACHE_SECONDS: float = 3.0
    # How old "last used" may be before it is written again, in seconds.
    TOKEN_LAST_USED_SECONDS: int = 300
    # How long a token that was rotated still works, in hours.
    TOKEN_OVERLAP_HOURS: int = 24
    # Requests in each period, by token, user or address; 0 means no limit. Dear requests count several times.
    LIMIT_PERIOD_SECONDS: int = 60
    ANONYMOUS_LIMIT: int = 0
    TOKEN_LIMIT: int = 600
    # Refused tokens in each period, by address; after that there is only 429.
    REFUSAL_LIMIT: int = 60
    # Origins whose scripts may read answers, such as "https://www.example.com"; "*" means all. Tokens have their own.
    CORS_ORIGINS: tuple[str, ...] = ()
    # How long browsers may remember the answer to a preflight request, in seconds.
    CORS_MAX_AGE_SECONDS: int = 600

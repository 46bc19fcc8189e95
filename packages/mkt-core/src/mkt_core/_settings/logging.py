"""Of logs and request ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class LoggingSettings:
    """Keys of ``MKT_CORE``."""

    # Whose X-Request-ID and traceparent are kept: of TRUSTED_PROXIES (None), of everybody (True: only right behind a
    # proxy that sets or removes both headers), of nobody (False).
    TRUST_REQUEST_ID: bool | None = None

    # What is written instead of the values of these keys, wherever they stand; case, "-" and "_" do not matter, and
    # longer names count as well ("db_password").
    LOG_REDACTED_KEYS: tuple[str, ...] = (
        "authorization",
        "cookie",
        "csrf",
        "token",
        "passw",
        "passphrase",
        "pwd",
        "secret",
        "api_key",
        "apikey",
        "access_key",
        "private_key",
        "credential",
        "session",
        "signature",
        "otp_code",
        "card_number",
        "cvv",
    )
    # More keys of a site's own.
    LOG_MORE_REDACTED_KEYS: tuple[str, ...] = ()
    # Regular expressions; what they match is not written.
    LOG_REDACTED_PATTERNS: tuple[str, ...] = ()
    LOG_REDACT_EMAILS: bool = False
    LOG_REDACT_CARDS: bool = False
    # Secret behind the hashes of users; empty: made of SECRET_KEY. A key of its own survives a new SECRET_KEY.
    LOG_USER_KEY: str = ""
    # The visitor's address on access lines and security events: not at all, without its end (/24, IPv6 /48), or whole.
    LOG_CLIENT_ADDRESS: Literal["off", "truncated", "full"] = "off"
    # Write the path of every request, not only of those that no route matches. Paths may hold tokens and names.
    LOG_PATHS: bool = False
    # A request that takes longer is logged as a warning, in seconds; 0: none.
    LOG_SLOW_REQUEST_SECONDS: float = 2.0
    # Every so many health probes one is logged; 0: none.
    LOG_HEALTH_EVERY: int = 0
    # Errors that end a thread or the process are logged, too, instead of being printed.
    LOG_UNHANDLED_ERRORS: bool = False

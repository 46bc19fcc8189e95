"""Of logins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class AccountSettings:
    """Keys of ``MKT_CORE``."""

    # Wrong passwords for one account from one address (or one known device), in so many seconds; as all limits here, so
    # many may come at once, and come back evenly spread.
    LOGIN_ATTEMPTS: int = 5
    LOGIN_PERIOD_SECONDS: float = 300.0
    # Wrong passwords from one address, whatever the account.
    LOGIN_ADDRESS_FAILURES: int = 50
    LOGIN_ADDRESS_PERIOD_SECONDS: float = 900.0
    # Attempts on one account from everywhere, devices apart that it was used on before: pairs of attempts and seconds.
    # Each pair after the first takes longer, so that the wait grows with their number.
    LOGIN_ACCOUNT_LIMITS: tuple[tuple[int, float], ...] = (
        (10, 300.0),
        (30, 3_600.0),
        (100, 86_400.0),
    )
    # So long a browser that somebody has logged in with is known (a signed cookie); 0 for no cookie.
    LOGIN_DEVICE_DAYS: int = 180
    # Without its cache nothing can be counted: "open" lets everybody try, "closed" nobody log in.
    LOGIN_WITHOUT_CACHE: Literal["open", "closed"] = "open"
    # Mails with a link to a new password: for one mail address, and asked for from one address.
    PASSWORD_RESETS: int = 3
    PASSWORD_RESETS_PER_ADDRESS: int = 20
    PASSWORD_RESET_PERIOD_SECONDS: float = 3_600.0

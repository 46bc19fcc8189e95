"""Whether an address in the settings can be used, and may be sent a secret."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from ...conf import SettingProblem


def address_problems(
    where: str, name: str, url: str, *, carries_secret: bool
) -> list[SettingProblem]:
    """What is wrong with the URL ``where[name]``; it is not shown, since it may hold a password."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_whole = is_whole and (parts.port is None or parts.port > 0)
    except ValueError:
        return [_malformed(where, name)]
    if not is_whole or parts.query or parts.fragment:
        return [_malformed(where, name)]
    if parts.username is not None or parts.password is not None:
        return [
            SettingProblem(
                kind="value",
                message=f"{where}[{name!r}] holds a user name or a password.",
                hint="Send it in a header instead: addresses are written to logs.",
            )
        ]
    if carries_secret and parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return [
            SettingProblem(
                kind="value",
                message=f"{where}[{name!r}] would send the token unencrypted.",
                hint="Use https://; http:// is for this machine only.",
            )
        ]
    return []


def _malformed(where: str, name: str) -> SettingProblem:
    return SettingProblem(
        kind="value",
        message=f"{where}[{name!r}] is no address.",
        hint="Write a whole one, such as 'https://cdn.example:6081/'.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

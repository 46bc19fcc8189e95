"""Names of cookies of ours."""

from __future__ import annotations

from django.conf import settings


def cookie_name(name: str) -> str:
    """``__Host-<name>`` where browsers accept that, else the name as it is.

    They take such a cookie only with ``Secure``, for the whole of this host and for no other, which ours are if those
    of sessions are. So no other host of the domain can make one up.
    """
    is_of_host = settings.SESSION_COOKIE_PATH == "/" and not settings.SESSION_COOKIE_DOMAIN
    may_have_it = settings.SESSION_COOKIE_SECURE and is_of_host and not name.startswith("__")
    return f"__Host-{name}" if may_have_it else name

"""The cookie of a visitor who has just written something."""

from __future__ import annotations

import math
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..conf import core_settings
from ..cookies import cookie_name

_SALT = "mkt_core.db.pin"
#: The cookie's time is in whole seconds, and clocks of several machines differ: so much later it still counts. One from
#: the future counts too, since reading from the primary is never wrong; the browser's own clock ends it.
CLOCK_SECONDS = 3.0


def is_pinned(request: HttpRequest) -> bool:
    """Whether this visitor wrote something in the last ``DATABASE_PIN_SECONDS``, in any process."""
    conf = core_settings.current
    value = request.COOKIES.get(cookie_name(conf.DATABASE_PIN_COOKIE))
    if not value:
        return False
    try:
        longest = timedelta(seconds=conf.DATABASE_PIN_SECONDS + CLOCK_SECONDS)
        signing.TimestampSigner(salt=_SALT).unsign(value, max_age=longest)
    except signing.BadSignature:
        return False
    return True


def pin(response: HttpResponseBase) -> None:
    """Have this visitor read from the primary for a while, and no cache keep the response."""
    from ..cache import proxies
    from ..cache.policy import cache_control

    conf = core_settings.current
    response.set_cookie(
        cookie_name(conf.DATABASE_PIN_COOKIE),
        signing.TimestampSigner(salt=_SALT).sign("1"),
        max_age=math.ceil(conf.DATABASE_PIN_SECONDS),
        path=settings.SESSION_COOKIE_PATH,
        domain=settings.SESSION_COOKIE_DOMAIN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
    if cache_control(response).keys().isdisjoint(("private", "no-store", "no-cache")):
        proxies.forbid(response)

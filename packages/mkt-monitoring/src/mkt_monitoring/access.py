"""Who may read the metrics: an allowed network, a token, or a member of staff."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from mkt_core.networks import is_in_networks

from .conf import settings_in_force


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether the request comes from an allowed network, has a token, or belongs to active staff.

    Issues the queries of the session and the user only when the first two do not apply and there is a session.
    """
    conf = settings_in_force()
    return (
        is_in_networks(request, conf.METRICS_NETWORKS)
        or bearer_is_among(request, conf.METRICS_TOKENS)
        or is_staff(request)
    )


def bearer_is_among(request: HttpRequest, tokens: Iterable[str]) -> bool:
    """Whether the ``Authorization`` header is ``Bearer`` and one of the tokens, compared in constant time."""
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        return False
    # Every token is compared, so that the time does not tell which one was nearly right.
    matches = [constant_time_compare(given.strip(), token) for token in tokens]
    return any(matches)


def is_staff(request: HttpRequest) -> bool:
    """Whether the session, if there is one, belongs to an active member of staff."""
    # Looking at the user of a stranger would add "Vary: Cookie" to the 404, and so tell that it is no plain one.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)
    return user is not None and user.is_active and user.is_staff

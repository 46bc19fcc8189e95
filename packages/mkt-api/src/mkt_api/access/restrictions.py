"""View restrictions: pages for those who know a password, are logged in, or belong to a group."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .identity import access_of


def is_open(restriction: Any, request: HttpRequest) -> bool:
    """Whether a view restriction (of Wagtail's, with its groups prefetched) lets in whoever sends the request.

    No query for a request without a user; at most one for the groups of one.
    """
    access = access_of(request)
    if access.sees_restricted:
        return True
    if access.kind == "session" and restriction.restriction_type == "password":
        passed = request.session.get(restriction.passed_view_restrictions_session_key, [])
        return restriction.pk in passed
    user = access.user
    if user is None or not user.is_authenticated:
        return False
    if restriction.restriction_type == "login":
        return True
    if restriction.restriction_type == "groups":
        return user.is_superuser or _shares_group(restriction, user)
    return False


def _shares_group(restriction: Any, user: Any) -> bool:
    of_user = getattr(user, "_mkt_api_groups", None)
    if of_user is None:
        of_user = user._mkt_api_groups = set(user.groups.values_list("pk", flat=True))
    return any(group.pk in of_user for group in restriction.groups.all())


def opened_restrictions(request: HttpRequest, model: type[Any]) -> list[Any]:
    """Those of ``model`` (PageViewRestriction or CollectionViewRestriction) that are open to the request.

    None, and no query, for clients that see what everybody sees.
    """
    if access_of(request).sees_what_everybody_sees:
        return []
    found = model._default_manager.prefetch_related("groups")
    return [restriction for restriction in found if is_open(restriction, request)]

"""The throttle as Django asks for it: an authentication backend that lets nobody in, but keeps some out."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from . import throttle


class LoginThrottle:
    """First in ``AUTHENTICATION_BACKENDS``: whoever has tried too often is refused before any other backend is asked.

    It covers every login that goes through ``django.contrib.auth.authenticate`` with a name and a password: Wagtail's
    and Django's admin, forms of the site, Basic authentication of an API. It needs ``AccountsMiddleware``.
    """

    @sensitive_variables("credentials")
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        """Raises ``PermissionDenied``, which ``authenticate()`` turns into None, or knows nobody."""
        account = throttle.account_name(credentials)
        if account and throttle.begin(request, account) is not None:
            raise PermissionDenied
        return None

    @sensitive_variables("credentials")
    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        return await sync_to_async(self.authenticate)(request, **credentials)


class ThrottledModelBackend(LoginThrottle, ModelBackend):  # type: ignore[misc]
    """The same for sites with Django's ``ModelBackend`` alone, in its place.

    Where there are two backends, ``login(request, user)`` must be told which one. With this single one, code of the
    site that logs users in need not change. Who was logged in before the change must log in anew.
    """

    @sensitive_variables("credentials")
    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, **credentials: Any
    ) -> Any:
        super().authenticate(request, **credentials)
        return ModelBackend.authenticate(self, request, **credentials)

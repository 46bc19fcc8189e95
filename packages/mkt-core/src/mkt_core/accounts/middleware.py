"""What a refused login looks like, who acts in a request, and which browsers are known."""

from __future__ import annotations

from math import ceil
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from ..both_modes import BothModes
from . import devices
from .actors import acting_in
from .forms import refuse, show_refusal
from .throttle import Logins, close_logins, normalized, open_logins

_TOO_MANY = 429
#: Answers that say "these credentials are wrong", as forms and APIs do. A redirect would not be followed with another.
_REFUSALS = frozenset({200, 400, 401, 403, 422})


class AccountsMiddleware(BothModes):
    """After ``AuthenticationMiddleware``. Costs other requests no query and nothing of the session."""

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        logins = open_logins(request)
        with acting_in(request):
            response = self.get_response(request)
        if logins.attempts or logins.user is not None or logins.refusal:
            self.finish(request, response, logins)
        return response

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        logins = open_logins(request)
        with acting_in(request):
            response: HttpResponseBase = await self.get_response(request)
        if logins.attempts or logins.user is not None or logins.refusal:
            await sync_to_async(self.finish)(request, response, logins)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """A request for a new password is answered by its own view, unless there were too many."""
        return refuse(request, view, kwargs) if request.method == "POST" else None

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """The form of the login says how long to wait, instead of that the password was wrong."""
        show_refusal(request, response)
        return response

    def finish(self, request: HttpRequest, response: HttpResponseBase, logins: Logins) -> None:
        close_logins(logins, answered=response.status_code < 500)
        if logins.user is not None:
            account = _account(logins)
            if account and not devices.known_device(request, account):
                devices.remember_device(response, account)
        elif logins.refusal is not None:
            response.headers["Retry-After"] = str(ceil(logins.refusal.retry_after_seconds))
            add_never_cache_headers(response)
            if response.status_code in _REFUSALS:
                response.status_code = _TOO_MANY


def _account(logins: Logins) -> str:
    """The name that was typed; with a second factor that was in an earlier request."""
    right = [attempt.account for attempt in logins.attempts if not attempt.failed]
    if right:
        return right[-1]
    return normalized(logins.user.get_username() or "")

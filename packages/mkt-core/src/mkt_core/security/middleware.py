"""The middleware that writes the headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..both_modes import BothModes
from ..conf import core_settings
from ._csp import CSP, DEVELOPER_PAGES_ARE_EXEMPT, LazyNonce, build_policy
from .admin_paths import is_admin_path
from .csp import current_nonce
from .framing import may_be_framed, with_framing
from .headers import headers_for
from .policies import admin_policy, with_common_parts

_UNSAID = object()


class _Middleware(BothModes):
    """Both modes of a middleware out of ``before`` and ``after``."""

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        self.before(request)
        return self.after(request, self.get_response(request))

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        self.before(request)
        return self.after(request, await self.get_response(request))

    def before(self, request: HttpRequest) -> None:
        """Prepare the request."""

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Complete the response."""
        raise NotImplementedError


class ContentSecurityPolicyMiddleware(_Middleware):
    """Send ``SECURE_CSP`` and ``SECURE_CSP_REPORT_ONLY``; in the Wagtail admin ``MKT_CORE["ADMIN_CSP"]``.

    Takes the place of Django's own (6.0 and newer) and works with its decorators and its nonce. A header that a view
    has set stays. Belongs behind ResponseCacheMiddleware: the header is stored with the page.
    """

    def before(self, request: HttpRequest) -> None:
        """Provide the nonce, which costs nothing until it is read."""
        nonce = LazyNonce()
        request._csp_nonce = nonce  # type: ignore[attr-defined]
        # A preview is a request inside of another one.
        request._mkt_outer_nonce = current_nonce.get()  # type: ignore[attr-defined]
        current_nonce.set(nonce)

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the two headers."""
        current_nonce.set(request._mkt_outer_nonce)  # type: ignore[attr-defined]
        if settings.DEBUG and not DEVELOPER_PAGES_ARE_EXEMPT and response.status_code in (404, 500):
            return response
        for header, policy in (
            (CSP.HEADER_ENFORCE, _enforced(request, response)),
            (CSP.HEADER_REPORT_ONLY, _reported(request, response)),
        ):
            if policy and header not in response.headers:
                if may_be_framed(request, response):
                    policy = with_framing(policy)
                nonce = request._csp_nonce  # type: ignore[attr-defined]
                response.headers[str(header)] = build_policy(policy, nonce)
        return response


def _enforced(request: HttpRequest, response: HttpResponseBase) -> Mapping[str, Any] | None:
    """The policy of the view, else of the path. ``_csp_config`` is what Django's ``csp_override`` leaves."""
    own: Any = getattr(response, "_csp_config", _UNSAID)
    if own is not _UNSAID:
        return own
    of_site = getattr(settings, "SECURE_CSP", None)
    if not is_admin_path(request):
        return of_site
    of_admin = core_settings.current.ADMIN_CSP
    return with_common_parts(admin_policy(), of_site) if of_admin is None else of_admin


def _reported(request: HttpRequest, response: HttpResponseBase) -> Mapping[str, Any] | None:
    own: Any = getattr(response, "_csp_ro_config", _UNSAID)
    if own is not _UNSAID:
        return own
    if is_admin_path(request):
        return core_settings.current.ADMIN_CSP_REPORT_ONLY
    return getattr(settings, "SECURE_CSP_REPORT_ONLY", None)


class SecurityHeadersMiddleware(_Middleware):
    """Send Permissions-Policy, Cross-Origin-Resource-Policy, Cross-Origin-Embedder-Policy and Reporting-Endpoints.

    A header that a view has set stays, and one that it declined (``security_headers(…=None)``) stays away. Belongs
    behind ResponseCacheMiddleware: the headers are stored with the page.
    """

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add what the response lacks."""
        for name, value in headers_for(request, response):
            response.headers.setdefault(name, value)
        return response

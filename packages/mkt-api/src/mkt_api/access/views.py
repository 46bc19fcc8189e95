"""What every view of the API does before and after it answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.views import APIView

from mkt_core.ratelimit import Decision, add_headers
from mkt_core.ratelimit.exemptions import is_exempt

from . import cors, limits
from .authentication import authenticate, require_reader
from .identity import Access, set_access
from .refusals import Refusal, missing_scope, rate_limited, tell
from .scopes import READ, read_scope

if TYPE_CHECKING:
    from ..registry import Registry


class AdmittingView(APIView):
    """``access`` is who asks, once ``initial()`` has run.

    A request is paid for before any work, unless it is conditional: that one is paid for afterwards, and only if
    something has changed. A 304 is free.
    """

    #: Views of what has no content, such as the OpenAPI document, are open to everybody.
    needs_reader = True
    #: Of one request, in ordinary ones; the query string may make it dearer.
    base_cost = 1
    #: The resource that is shown, if it is one.
    name = ""

    access: Access | None = None
    registry: Registry
    _decisions: tuple[Decision, ...] = ()
    _is_paid = False

    @property
    def http_request(self) -> HttpRequest:
        """Django's own, on which Wagtail keeps what it has looked up."""
        request: HttpRequest = self.request._request
        return request

    def perform_authentication(self, request: Request) -> None:
        """Nothing: REST framework would put an anonymous user in the place of the site's; see ``admit()``."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        self.admit()
        if "HTTP_IF_NONE_MATCH" in self.http_request.META:
            self.refuse_exhausted()
        else:
            self.pay()

    def admit(self) -> None:
        """Find out who asks, and whether they may.

        Raises:
            Refusal: they may not.
        """
        self.access = authenticate(self.http_request)
        set_access(self.http_request, self.access)
        if not self.needs_reader:
            return
        require_reader(self.access)
        wanted = self.scopes_wanted()
        if wanted and not self.access.has_any(*wanted):
            raise missing_scope(wanted)

    def scopes_wanted(self) -> tuple[str, ...]:
        """Any of these is enough; none: whoever may read at all."""
        resource = self.registry.resources.get(self.name) if self.name else None
        if resource is None:
            return ()
        return tuple(getattr(resource, "scopes", ())) or (READ, read_scope(self.name))

    def cost(self) -> int:
        """How many ordinary requests this one counts as."""
        return self.base_cost - 1 + limits.cost_of(self.http_request.GET.dict())

    def pay(self) -> None:
        """Count the request.

        Raises:
            Refusal: there were too many.
        """
        self._is_paid = True
        if self.access is not None and not is_exempt(self.http_request):
            self._keep(limits.charge(self.access, self.cost()))

    def refuse_exhausted(self) -> None:
        """Let nobody make work who has nothing left to pay it with.

        Raises:
            Refusal: there were too many requests already.
        """
        if self.access is not None and not is_exempt(self.http_request):
            self._keep(limits.look(self.access))

    def _keep(self, decision: Decision | None) -> None:
        if decision is None:
            return
        if not decision.allowed:
            # The problem has these headers already.
            self._decisions = ()
            raise rate_limited([decision])
        self._decisions = (decision,)

    def note_refusal(self, problem: Exception | None) -> None:
        """To be called with every problem that ends a request."""
        if isinstance(problem, Refusal):
            tell(self.http_request, problem, self.access)

    def finished(self, response: Any) -> Any:
        """The answer with all that depends on who asks; to be called with every answer, once it is complete."""
        if self._has_made_work(response):
            try:
                self.pay()
            except Refusal as refusal:
                return self.finalize_response(self.request, self.handle_exception(refusal))
        if self.request.method == "OPTIONS":
            cors.answer_preflight(self.http_request, response, self.allowed_methods)
        else:
            cors.allow(self.http_request, response, self.access)
        add_headers(response, self._decisions)
        self._keep_private(response)
        return response

    def _has_made_work(self, response: Any) -> bool:
        """Whether this is the answer to a conditional request, and no 304 after all."""
        is_conditional = "HTTP_IF_NONE_MATCH" in self.http_request.META
        is_answer = response.status_code < HTTPStatus.MULTIPLE_CHOICES
        return is_conditional and is_answer and self.access is not None and not self._is_paid

    def _keep_private(self, response: Any) -> None:
        """What not everybody may see must not lie in a cache that others are served from."""
        access = self.access
        if access is None or response.status_code >= HTTPStatus.BAD_REQUEST:
            return
        if not access.sees_what_everybody_sees:
            response.headers["Cache-Control"] = "private, no-store"
            if access.kind == "session":
                patch_vary_headers(response, ["Cookie"])
        elif access.kind == "token":
            # Of the next two clients one has no token, and the other one that was revoked meanwhile.
            response.headers["Cache-Control"] = _private(response.headers.get("Cache-Control", ""))


def _private(cache_control: str) -> str:
    parts = [part.strip() for part in cache_control.split(",")]
    kept = [
        part for part in parts if part not in ("", "public", "private") and "s-maxage" not in part
    ]
    return ", ".join(["private", *kept])

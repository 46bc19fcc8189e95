"""The views of the API. They bring their own REST framework policies and leave the site's alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from rest_framework.metadata import BaseMetadata
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from .access.views import AdmittingView
from .conf import api_settings
from .delivery.answers import deliver
from .deprecation import WHOLE, Deprecated, names_noted, note_names, tell
from .fields import Context, Field, Row
from .fields.target import select, show_rows
from .http import AlwaysJSON, CompactJSONRenderer, ProblemRenderer, if_changed, make_cacheable
from .plan import Plan
from .problems import gone_for_good, not_found, problem_of, with_nearest
from .query.counting import count
from .query.lists import ListQuery, Shape, read_list_query, read_shape
from .query.pages import ResultPage, fetch_page
from .query.parameters import Parameters
from .registry import Registry, registry
from .signals import deprecation_used


class ApiView(AdmittingView):
    """What all views of the API have in common: policies, errors, headers."""

    http_method_names = ("get", "head", "options")
    renderer_classes = (CompactJSONRenderer,)
    parser_classes = ()
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    content_negotiation_class = AlwaysJSON
    metadata_class: type[BaseMetadata] | None = None
    versioning_class = None
    # Invisible to the schema generator of the site; ours does not look at this.
    schema = None
    # Whether answers to GET may be kept until what they are made of changes.
    is_kept = True

    registry: Registry = registry

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Like REST framework's own, but what is admitted may get a kept answer."""
        self.args, self.kwargs = args, kwargs
        # As REST framework calls its own request.
        self.request = request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(request, *args, **kwargs)
            response = self.respond(request, *args, **kwargs)
        except Exception as exc:  # noqa: BLE001  # It is raised again unless it stands for a problem.
            response = self.handle_exception(exc)
        self.response = self.finalize_response(request, response, *args, **kwargs)
        return self.response

    def respond(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        method = str(request.method).lower()
        known = method in self.http_method_names
        handler = getattr(self, method, None) if known else None
        if handler is None:
            return self.http_method_not_allowed(request, *args, **kwargs)
        if method not in ("get", "head"):
            return handler(request, *args, **kwargs)

        def make() -> Any:
            return self.complete(handler(request, *args, **kwargs))

        if not self.is_kept:
            return make()
        # An answer that was kept must not show a field that has gone since.
        retired = self.registry.retired()
        return deliver(self.http_request, make, str(retired) if retired else "")

    def complete(self, response: Any) -> Any:
        """The rendered answer with all that does not depend on who asks."""
        if hasattr(response, "render"):
            response.accepted_renderer = self.renderer_classes[0]()
            response.accepted_media_type = response.accepted_renderer.media_type
            response.renderer_context = {}
            response.render()
        if response.status_code == HTTPStatus.OK:
            make_cacheable(response)
        return response

    def context(self, shape: Shape | None = None) -> Context:
        request = self.http_request
        origin = api_settings.current.BASE_URL.rstrip("/")
        return Context(
            request=request,
            registry=self.registry,
            origin=origin or f"{request.scheme}://{request.get_host()}",
            namespace=self.namespace,
            richtext=shape.richtext if shape is not None else "html",
        )

    @property
    def namespace(self) -> str:
        match = self.request.resolver_match
        return match.namespace if match is not None else "mkt_api"

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return Response(
            status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(self.allowed_methods)}
        )

    def handle_exception(self, exc: Exception) -> Response:
        problem = problem_of(exc)
        if problem is None:
            # A fault of ours: Django logs and reports it like any other.
            raise exc
        self.note_refusal(problem)
        response = Response(
            problem.document(self.http_request),
            status=problem.status,
            headers={"Cache-Control": "no-store", **problem.headers},
            exception=True,
        )
        self.request.accepted_renderer = ProblemRenderer()
        self.request.accepted_media_type = ProblemRenderer.media_type
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == HTTPStatus.OK and not response.streaming:
            response = if_changed(self.http_request, response)
        return self.finished(response)


class ResourceView(ApiView):
    """A view of one resource, given by name when the URLs are built."""

    name = ""
    kind = ""
    # Of the fields that are shown, those that will be taken away.
    _deprecated: tuple[tuple[str, Deprecated], ...] = ()

    @property
    def plan(self) -> Plan:
        return self.registry.plan(self.name)

    def admit(self) -> None:
        super().admit()
        deprecated = self.plan.resource.deprecated
        if deprecated is not None and deprecated.is_gone:
            raise gone_for_good(_("This was deprecated, and is gone now."), deprecated.link)

    def context(self, shape: Shape | None = None) -> Context:
        if shape is not None:
            self._deprecated = shape.deprecated
        return super().context(shape)

    def complete(self, response: Any) -> Any:
        response = super().complete(response)
        whole = self.plan.resource.deprecated
        told = [*self._deprecated, *([(WHOLE, whole)] if whole is not None else [])]
        tell(response, [entry for _name, entry in told])
        note_names(response, (name for name, _entry in told))
        return response

    def finished(self, response: Any) -> Any:
        response = super().finished(response)
        if "Deprecation" in response.headers:
            deprecation_used.send_robust(
                type(self),
                request=self.http_request,
                access=self.access,
                resource=self.name,
                fields=names_noted(response),
            )
        return response

    def show(
        self, rows: Sequence[Row], fields: Mapping[str, Field], context: Context
    ) -> list[dict[str, Any]]:
        return show_rows(rows, fields, context)


class ListView(ResourceView):
    """``GET /<name>/``"""

    kind = "list"

    def get(self, request: Request) -> Response:
        plan = self.plan
        query = read_list_query(request.query_params, plan)
        return self.answer(query, query.narrow(self.visible(plan)))

    def visible(self, plan: Plan) -> QuerySet[Any]:
        return plan.resource(self.http_request).get_queryset()

    def answer(self, query: ListQuery, visible: QuerySet[Any]) -> Response:
        """One page of the list, and where the neighbouring pages are."""
        fields, context = query.shape.fields, self.context(query.shape)
        page = fetch_page(
            visible, list(fields.values()), query.order, query.cursor, query.limit, query.place
        )
        links = self.links(query, page)
        body = {
            "items": self.show(page.rows, fields, context) if page.rows else [],
            **links,
            "count": count(visible, query.count),
        }
        return Response(body, headers=link_header(links))

    def links(self, query: ListQuery, page: ResultPage) -> dict[str, str | None]:
        """``next`` and ``previous``: the same address with another cursor, offset or page."""
        base = self.context().absolute(self.http_request.path)
        found: dict[str, str | None] = {}
        for name, neighbour in (("next", page.next), ("previous", page.previous)):
            if neighbour is None:
                found[name] = None
                continue
            parameters = self.request.query_params.copy()
            if isinstance(neighbour, int):
                assert query.place is not None
                parameters[query.place.parameter] = str(neighbour)
            else:
                parameters["cursor"] = neighbour.write(query.order)
            found[name] = f"{base}?{parameters.urlencode()}"
        return found


def link_header(links: Mapping[str, str | None]) -> dict[str, str]:
    relations = {"next": "next", "previous": "prev"}
    parts = [f'<{url}>; rel="{relations[name]}"' for name, url in links.items() if url]
    return {"Link": ", ".join(parts)} if parts else {}


class DetailView(ResourceView):
    """``GET /<name>/<primary key>/``"""

    kind = "detail"

    def get(self, request: Request, pk: str) -> Response:
        plan = self.plan
        shape = read_shape(request.query_params, plan)
        row = self.get_row(plan, shape.fields, pk)
        return Response(self.show([row], shape.fields, self.context(shape))[0])

    def get_row(self, plan: Plan, fields: Mapping[str, Field], text: str) -> Row:
        visible = plan.resource(self.http_request).get_queryset()
        try:
            key = plan.key.parse(text)
            return select(visible, list(fields.values())).get(pk=key)
        except (ValueError, ObjectDoesNotExist):
            raise not_found(_("There is no such object, or it may not be seen.")) from None


class IndexView(ApiView):
    """``GET /``: what there is."""

    def get(self, request: Request) -> Response:
        Parameters(request.query_params, ()).finish()
        origin, namespace = self.context().origin, self.namespace
        resources = {
            name: origin + reverse(f"{namespace}:{name}-list") for name in self.registry.resources
        }
        shown = api_settings.current.DOCS
        openapi = origin + reverse(f"{namespace}:openapi") if shown else None
        return Response({"resources": resources, "openapi": openapi})


class NotFoundView(ApiView):
    """Everything else below the API's prefix: a problem document, not the site's 404 page."""

    is_kept = False

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if with_slash := self.slash_is_missing():
            return HttpResponsePermanentRedirect(with_slash)
        others = ("by-path", "search", "menus", "export", "sync", "settings", "schema", "docs")
        names = [f"{name}/" for name in (*self.registry.resources, *others)]
        sentence = _("There is nothing at this address.")
        raise not_found(with_nearest(sentence, kwargs["path"], [*names, "openapi.json"]))

    head = options = http_method_not_allowed = get

    def slash_is_missing(self) -> str | None:
        """Where the same address with a slash leads, if that exists. What Django does for a site
        only works for addresses that match nothing at all.
        """
        request = self.http_request
        if not settings.APPEND_SLASH or request.method not in ("GET", "HEAD"):
            return None
        try:
            match = resolve(f"{request.path_info}/", getattr(request, "urlconf", None))
        except Resolver404:
            return None
        view_class = getattr(match.func, "cls", object)
        if not issubclass(view_class, ApiView) or view_class is NotFoundView:
            return None
        return request.get_full_path(force_append_slash=True)

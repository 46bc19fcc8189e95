"""What the headers say, from the settings and from the view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..conf import CoreSettings, core_settings

PERMISSIONS = "Permissions-Policy"
RESOURCE = "Cross-Origin-Resource-Policy"
EMBEDDER = "Cross-Origin-Embedder-Policy"
REPORTING = "Reporting-Endpoints"

_DECLINED = "_mkt_declined_headers"
_UNSAID: Any = object()


def headers_for(request: HttpRequest, response: HttpResponseBase) -> Iterator[tuple[str, str]]:
    """The headers that the response should have, without those that its view declined."""
    declined = getattr(response, _DECLINED, ())
    conf = core_settings.current
    for name, value in (
        (PERMISSIONS, permissions_policy(conf.PERMISSIONS_POLICY)),
        (RESOURCE, _resource_policy(request.path, conf)),
        (EMBEDDER, conf.EMBEDDER_POLICY),
        (REPORTING, reporting_endpoints(conf.REPORTING_ENDPOINTS)),
    ):
        if value and name not in declined:
            yield name, value


def permissions_policy(features: Mapping[str, Sequence[str]]) -> str:
    """``camera=(), fullscreen=(self "https://video.example.org")``, a structured field (RFC 9651)."""
    return ", ".join(f"{name}={_allowed(origins)}" for name, origins in features.items())


def _allowed(origins: Sequence[str]) -> str:
    if "*" in origins:
        return "*"
    return f"({' '.join(one if one in ('self', 'src') else _quoted(one) for one in origins)})"


def reporting_endpoints(endpoints: Mapping[str, str]) -> str:
    """``csp="/csp-report/"``."""
    return ", ".join(f"{name}={_quoted(address)}" for name, address in endpoints.items())


def _quoted(text: str) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _resource_policy(path: str, conf: CoreSettings) -> str:
    matching = [prefix for prefix in conf.RESOURCE_POLICY_PATHS if path.startswith(prefix)]
    if not matching:
        return conf.RESOURCE_POLICY
    return conf.RESOURCE_POLICY_PATHS[max(matching, key=len)]


def security_headers(
    *,
    permissions: Mapping[str, Sequence[str]] | None = _UNSAID,
    resource: str | None = _UNSAID,
    embedder: str | None = _UNSAID,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a view whose responses need other headers than the site's; None sends none.

    ``@security_headers(resource="cross-origin")`` lets other sites use what the view gives out, ``permissions``
    replaces the whole Permissions-Policy. For synchronous and asynchronous views.
    """
    wanted = {
        name: value
        for name, value in (
            (
                PERMISSIONS,
                permissions_policy(permissions)
                if isinstance(permissions, Mapping)
                else permissions,
            ),
            (RESOURCE, resource),
            (EMBEDDER, embedder),
        )
        if value is not _UNSAID
    }
    declined = frozenset(name for name, value in wanted.items() if not value)
    given = {name: str(value) for name, value in wanted.items() if value}

    def stamp(response: HttpResponseBase) -> HttpResponseBase:
        setattr(response, _DECLINED, declined)
        for name, value in given.items():
            response.headers.setdefault(name, value)
        return response

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        async def asynchronous(*args: Any, **kwargs: Any) -> Any:
            return stamp(await view(*args, **kwargs))

        @wraps(view)
        def synchronous(*args: Any, **kwargs: Any) -> Any:
            return stamp(view(*args, **kwargs))

        return asynchronous if iscoroutinefunction(view) else synchronous

    return decorator

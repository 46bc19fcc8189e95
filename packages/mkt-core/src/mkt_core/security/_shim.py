"""What Django 6.1 has of Content Security Policies, for Django 5.2; used only by ``_csp``."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.forms import Media
from django.forms.utils import flatatt
from django.utils.functional import SimpleLazyObject, empty
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

View = Callable[..., Any]


class CSP(StrEnum):
    """Values of directives, with their quotes, and the names of the two headers."""

    HEADER_ENFORCE = "Content-Security-Policy"
    HEADER_REPORT_ONLY = "Content-Security-Policy-Report-Only"

    NONE = "'none'"
    REPORT_SAMPLE = "'report-sample'"
    SELF = "'self'"
    STRICT_DYNAMIC = "'strict-dynamic'"
    UNSAFE_EVAL = "'unsafe-eval'"
    UNSAFE_HASHES = "'unsafe-hashes'"
    UNSAFE_INLINE = "'unsafe-inline'"
    WASM_UNSAFE_EVAL = "'wasm-unsafe-eval'"

    #: Stands where the nonce of the response will be.
    NONCE = "<CSP_NONCE_SENTINEL>"


class LazyNonce(SimpleLazyObject):
    """A nonce that is made when somebody reads it; false until then."""

    def __init__(self) -> None:
        super().__init__(lambda: secrets.token_urlsafe(16))

    def __bool__(self) -> bool:
        return self._wrapped is not empty


def build_policy(config: Mapping[str, Any], nonce: object = None) -> str:
    """The value of the header. Without a nonce its placeholder is left out."""
    directives = []
    for directive, values in config.items():
        if values in (None, False):
            continue
        if values is True:
            directives.append(str(directive))
        elif sources := _sources(values, nonce):
            directives.append(f"{directive} {' '.join(sources)}".rstrip())
    return "; ".join(directives)


def _sources(values: Any, nonce: object) -> list[str]:
    if isinstance(values, set):
        # The same header every time: caches and ETags depend on it.
        values = sorted(values)
    elif not isinstance(values, (list, tuple)):
        values = [values]
    stamp = f"'nonce-{nonce}'" if nonce else None
    replaced = (stamp if value == CSP.NONCE else value for value in values)
    return [str(value) for value in replaced if value is not None]


def csp_override(config: dict[str, Any]) -> Callable[[View], View]:
    """Send this policy with the responses of a view, instead of the site's; ``{}`` sends none."""
    return _override("_csp_config", config)


def csp_report_only_override(config: dict[str, Any]) -> Callable[[View], View]:
    """Send this report-only policy with the responses of a view, instead of the site's; ``{}`` sends none."""
    return _override("_csp_ro_config", config)


def _override(name: str, config: dict[str, Any]) -> Callable[[View], View]:
    if not isinstance(config, dict):
        raise TypeError("CSP config should be a mapping.")

    def decorator(view: View) -> View:
        @wraps(view)
        async def asynchronous(*args: Any, **kwargs: Any) -> Any:
            response = await view(*args, **kwargs)
            setattr(response, name, config)
            return response

        @wraps(view)
        def synchronous(*args: Any, **kwargs: Any) -> Any:
            response = view(*args, **kwargs)
            setattr(response, name, config)
            return response

        return asynchronous if iscoroutinefunction(view) else synchronous

    return decorator


def render_media(media: Media, attrs: Mapping[str, object]) -> SafeString:
    """The tags of a form's media with these attributes added to each, in Django's order.

    Objects that render themselves (``Script("…", defer=True)``) say their attributes in ``attributes``.
    """
    tags = [
        *(_style(media, medium, path, attrs) for medium, path in _stylesheets(media)),
        *(_script(media, path, attrs) for path in media._js),  # type: ignore[attr-defined]
    ]
    return mark_safe("\n".join(tags))


def _stylesheets(media: Media) -> list[tuple[str, Any]]:
    css = media._css  # type: ignore[attr-defined]
    return [(medium, path) for medium in sorted(css) for path in css[medium]]


def _style(media: Media, medium: str, path: Any, attrs: Mapping[str, object]) -> str:
    if hasattr(path, "__html__"):
        return _own(path, attrs)
    return format_html(
        '<link href="{}" media="{}" rel="stylesheet"{}>',
        media.absolute_path(path),
        medium,
        flatatt(dict(attrs)),
    )


def _script(media: Media, path: Any, attrs: Mapping[str, object]) -> str:
    if hasattr(path, "__html__"):
        return _own(path, attrs)
    return format_html(
        '<script src="{}"{}></script>', media.absolute_path(path), flatatt(dict(attrs))
    )


def _own(asset: Any, attrs: Mapping[str, object]) -> str:
    template = getattr(asset, "element_template", None)
    if template is None:
        # Nobody knows what it looks like: it is left as it is.
        return str(asset.__html__())
    return format_html(template, path=asset.path, attributes=flatatt({**asset.attributes, **attrs}))

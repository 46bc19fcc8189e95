"""The two policies: one for the site's pages, one for the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._csp import CSP

Policy = dict[str, Any]

# Jcrop, which crops images in the admin, tries whether the browser knows touch events by setting an attribute to
# "return;". That text, which does nothing, is the only inline handler that may run.
_RETURN = "'sha256-i+qr4lq34KgNHiW62lWi9aInEBwiEOrfCzaNPCvkqD8='"


def site_policy(
    *,
    scripts: Iterable[str] = (),
    styles: Iterable[str] = (),
    images: Iterable[str] = (),
    media: Iterable[str] = (),
    fonts: Iterable[str] = (),
    connections: Iterable[str] = (),
    frames: Iterable[str] = (),
    forms: Iterable[str] = (),
    framed_by: Iterable[str] = (),
    nonces: bool = False,
    upgrade: bool = False,
    report_path: str | None = None,
) -> Policy:
    """A strict policy for public pages: everything from the site itself, nothing inline.

    Each argument adds sources ("https://cdn.example.org") to what is allowed: ``media`` is video and sound, ``frames``
    what pages may embed, ``forms`` where they may send forms, ``framed_by`` who may embed them (nobody else).
    ``nonces`` lets a template allow a script or a style by ``{% csp_nonce_attr %}``; needs the context processor.
    ``upgrade`` turns http: addresses inside pages into https:. ``report_path`` is where browsers tell of violations.
    """
    nonce = [CSP.NONCE] if nonces else []
    return {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF, *nonce, *scripts],
        "style-src": [CSP.SELF, *nonce, *styles],
        "img-src": [CSP.SELF, "data:", *images],
        "media-src": [CSP.SELF, *media],
        "font-src": [CSP.SELF, *fonts],
        "connect-src": [CSP.SELF, *connections],
        "manifest-src": [CSP.SELF],
        "frame-src": _or_none(frames),
        "object-src": [CSP.NONE],
        "base-uri": [CSP.NONE],
        "form-action": [CSP.SELF, *forms],
        "frame-ancestors": _or_none(framed_by),
        **_extras(upgrade, report_path),
    }


def admin_policy(
    *,
    scripts: Iterable[str] = (),
    styles: Iterable[str] = (),
    images: Iterable[str] = (),
    media: Iterable[str] = (),
    fonts: Iterable[str] = (),
    connections: Iterable[str] = (),
    frames: Iterable[str] = (),
    upgrade: bool = False,
    report_path: str | None = None,
) -> Policy:
    """A strict policy for the Wagtail admin; the arguments mean the same as those of ``site_policy()``."""
    return {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF, CSP.NONCE, *scripts],
        "script-src-attr": [CSP.UNSAFE_HASHES, _RETURN],
        # Draftail, the editor of rich text, writes styles while somebody types; calls.js gives them the nonce.
        "style-src": [CSP.SELF, CSP.NONCE, *styles],
        # Images are scaled in the browser before they are sent.
        "img-src": [CSP.SELF, "data:", "blob:", *images],
        "media-src": [CSP.SELF, *media],
        "font-src": [CSP.SELF, *fonts],
        "connect-src": [CSP.SELF, *connections],
        "manifest-src": [CSP.SELF],
        # Previews; embeds of the site's pages show in these, under the site's policy.
        "frame-src": [CSP.SELF, *frames],
        "object-src": [CSP.NONE],
        "base-uri": [CSP.NONE],
        "form-action": [CSP.SELF],
        # The frame of the preview shows a page of the admin when there is nothing to preview.
        "frame-ancestors": [CSP.SELF],
        **_extras(upgrade, report_path),
    }


def with_common_parts(policy: Policy, other: Mapping[str, Any] | None) -> Policy:
    """``policy``, which reports and upgrades as ``other`` does."""
    common = ("upgrade-insecure-requests", "report-uri", "report-to")
    return {**policy, **{name: other[name] for name in common if other and name in other}}


def _or_none(sources: Iterable[str]) -> list[str]:
    return list(sources) or [CSP.NONE]


def _extras(upgrade: bool, report_path: str | None) -> Policy:
    extras: Policy = {}
    if upgrade:
        extras["upgrade-insecure-requests"] = True
    if report_path:
        # The first for Firefox and Safari, the second for Chromium, which ignores the first where it has both.
        extras["report-uri"] = [report_path]
        extras["report-to"] = ["csp"]
    return extras

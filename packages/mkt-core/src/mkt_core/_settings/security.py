"""Of security headers and of the Content Security Policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def _closed_features() -> dict[str, tuple[str, ...]]:
    """What neither the site nor anything embedded in it may use unless the site says so."""
    features = (
        *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
        *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
        *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
    )
    return dict.fromkeys(features, ())


@dataclass(frozen=True, kw_only=True)
class SecuritySettings:
    """Keys of ``MKT_CORE``."""

    # Content Security Policy of the Wagtail admin, written like SECURE_CSP; None: mkt_core.security.admin_policy();
    # {}: none.
    ADMIN_CSP: Mapping[str, Any] | None = None
    # The same, only reported; {}: none.
    ADMIN_CSP_REPORT_ONLY: Mapping[str, Any] = field(default_factory=dict)
    # Other beginnings of paths that get the admin's policy, such as "/django-admin/".
    ADMIN_CSP_PATHS: tuple[str, ...] = ()
    # Names of functions and classes in JavaScript that admin widgets call in an inline script.
    ADMIN_SCRIPT_CALLS: tuple[str, ...] = ()
    # Feature to origins that may use it: () nobody, ("self",) the site, ("self", "https://…"), ("*",) everybody.
    # Replaces the default; {}: no header.
    PERMISSIONS_POLICY: Mapping[str, tuple[str, ...]] = field(default_factory=_closed_features)
    # Cross-Origin-Resource-Policy: "same-origin", "same-site" or "cross-origin"; "": no header.
    RESOURCE_POLICY: str = "same-origin"
    # The same for beginnings of paths; the longest one counts: {"/api/": "cross-origin"}.
    RESOURCE_POLICY_PATHS: Mapping[str, str] = field(default_factory=dict)
    # Cross-Origin-Embedder-Policy: "require-corp", "credentialless" or "unsafe-none"; "": no header.
    EMBEDDER_POLICY: str = ""
    # Name to address, for "report-to" of a policy: {"csp": "/csp-report/"}; {}: no Reporting-Endpoints header.
    REPORTING_ENDPOINTS: Mapping[str, str] = field(default_factory=dict)
    # Longest body that the report endpoint reads, in bytes.
    CSP_REPORT_MAX_BYTES: int = 65_536
    # Requests that the report endpoint takes from one client in a minute.
    CSP_REPORTS_PER_MINUTE: int = 60
    # The same violation is logged once in this time, in seconds, by each process.
    CSP_REPORT_LOG_SECONDS: float = 3600.0

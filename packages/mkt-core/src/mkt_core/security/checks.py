"""System checks of what surrounds the policies: middleware, reports, other headers, HTTPS and cookies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.urls import Resolver404, resolve

from ..conf import CoreSettings, core_settings
from ._csp import CSP
from .admin_calls import MIDDLEWARE as OURS
from .features import unknown_features
from .policies import admin_policy
from .policy_checks import sources_of

HEADERS = "mkt_core.security.middleware.SecurityHeadersMiddleware"
DJANGO = "django.middleware.csp.ContentSecurityPolicyMiddleware"
_OTHERS = (DJANGO, "csp.middleware.CSPMiddleware")
_CONTEXT_PROCESSORS = frozenset(
    {"django.template.context_processors.csp", "mkt_core.security.context_processors.csp"}
)

_RESOURCE_POLICIES = ("", "same-origin", "same-site", "cross-origin")
_EMBEDDER_POLICIES = ("", "require-corp", "credentialless", "unsafe-none")
_ONE_YEAR_SECONDS = 31_536_000


def check_security(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W062``, ``W064`` to ``W067``: what does not fit together. ``W068``: values of other headers."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    return [
        *_senders(),
        *_nonce_without_context(),
        *_admin_without_policy(conf),
        *_blocked_gravatar(conf),
        *_lost_reports(conf),
        *_header_values(conf),
    ]


def check_transport(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W069``: HTTPS or cookies that are less strict than they could be. For ``check --deploy``."""
    if core_settings.problems():
        return []
    return [
        CheckWarning(message, hint=hint, id="mkt_core.W069")
        for message, hint in (*_https(), *_cookies(), *_unknown_proxies(core_settings.current))
    ]


def _policies_of_site() -> list[tuple[str, Mapping[str, Any]]]:
    names = ("SECURE_CSP", "SECURE_CSP_REPORT_ONLY")
    found = [(name, getattr(settings, name, None)) for name in names]
    return [(name, policy) for name, policy in found if isinstance(policy, Mapping) and policy]


def _senders() -> Iterator[CheckMessage]:
    senders = [path for path in settings.MIDDLEWARE if path in (OURS, *_OTHERS)]
    if len(senders) > 1:
        yield CheckWarning(
            f"Two middlewares send a Content Security Policy: {', '.join(senders)}.",
            hint=f"Keep {OURS}: it sends SECURE_CSP as well, and another policy in the admin.",
            id="mkt_core.W062",
        )
    elif not senders and _policies_of_site():
        yield CheckWarning(
            f"{_policies_of_site()[0][0]} is set, but no middleware sends it.",
            hint=f"Add {OURS!r} to MIDDLEWARE, behind ResponseCacheMiddleware.",
            id="mkt_core.W062",
        )


def _nonce_without_context() -> Iterator[CheckMessage]:
    wanted = [
        name
        for name, policy in _policies_of_site()
        if any(CSP.NONCE in sources_of(values) for values in policy.values())
    ]
    # Of its own middleware Django says the same as security.W027.
    if wanted and OURS in settings.MIDDLEWARE and not _has_context_processor():
        yield CheckWarning(
            f"{wanted[0]} has CSP.NONCE, but no template can use the nonce.",
            hint="Add 'mkt_core.security.context_processors.csp' to the context processors of TEMPLATES.",
            id="mkt_core.W064",
        )


def _has_context_processor() -> bool:
    templates: Any = settings.TEMPLATES
    return any(
        not _CONTEXT_PROCESSORS.isdisjoint(
            template.get("OPTIONS", {}).get("context_processors", ())
        )
        for template in templates
        if isinstance(template, Mapping)
    )


def _admin_without_policy(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not apps.is_installed("wagtail.admin"):
        return
    if DJANGO in settings.MIDDLEWARE and OURS not in settings.MIDDLEWARE and _policies_of_site():
        yield CheckWarning(
            "The Wagtail admin gets the policy of the site, under which its widgets do not start.",
            hint=f"Put {OURS!r} in the place of {DJANGO!r}.",
            id="mkt_core.W065",
        )
    elif OURS in settings.MIDDLEWARE and conf.ADMIN_CSP is not None and not conf.ADMIN_CSP:
        yield CheckWarning(
            "The Wagtail admin is served without a Content Security Policy.",
            hint="Remove MKT_CORE['ADMIN_CSP'] to use the default, or set ADMIN_CSP_REPORT_ONLY first.",
            id="mkt_core.W065",
        )


def _blocked_gravatar(conf: CoreSettings) -> Iterator[CheckMessage]:
    if OURS not in settings.MIDDLEWARE or not apps.is_installed("wagtail.admin"):
        return
    provider = getattr(settings, "WAGTAIL_GRAVATAR_PROVIDER_URL", "//www.gravatar.com/avatar")
    policy = admin_policy() if conf.ADMIN_CSP is None else conf.ADMIN_CSP
    images = sources_of(policy.get("img-src", policy.get("default-src")))
    if not provider or not policy or _is_allowed(urlsplit(str(provider)).hostname or "", images):
        return
    yield CheckWarning(
        "The pictures of users in the Wagtail admin come from a host that its policy does not allow.",
        hint="Set WAGTAIL_GRAVATAR_PROVIDER_URL = None, which also keeps users' addresses from that host, or allow it: "
        'MKT_CORE = {"ADMIN_CSP": admin_policy(images=["https://www.gravatar.com"])}.',
        id="mkt_core.W066",
    )


def _is_allowed(host: str, sources: Iterable[Any]) -> bool:
    if not host:
        return True
    for source in map(str, sources):
        named = urlsplit(source if "//" in source else f"//{source}").hostname or ""
        if source in ("*", "https:") or named == host:
            return True
        if named.startswith("*.") and host.endswith(named[1:]):
            return True
    return False


def _lost_reports(conf: CoreSettings) -> Iterator[CheckMessage]:
    policies = [
        *_policies_of_site(),
        ("MKT_CORE['ADMIN_CSP']", conf.ADMIN_CSP or {}),
        ("MKT_CORE['ADMIN_CSP_REPORT_ONLY']", conf.ADMIN_CSP_REPORT_ONLY),
    ]
    for name, policy in policies:
        for problem, hint in _report_problems(policy, conf):
            yield CheckWarning(f"{name} {problem}.", hint=hint, id="mkt_core.W067")
    for name, address in conf.REPORTING_ENDPOINTS.items():
        if not _answers(address):
            yield CheckWarning(
                f"MKT_CORE['REPORTING_ENDPOINTS'][{name!r}] is {address!r}, where nothing takes reports.",
                hint='Include mkt_core.urls: path("", include("mkt_core.urls")), in front of Wagtail\'s URLs.',
                id="mkt_core.W067",
            )


def _report_problems(policy: Mapping[str, Any], conf: CoreSettings) -> Iterator[tuple[str, str]]:
    for address in sources_of(policy.get("report-uri")):
        if not _answers(str(address)):
            yield (
                f"sends reports to {address!r}, where nothing takes them",
                'Include mkt_core.urls: path("", include("mkt_core.urls")), in front of Wagtail\'s URLs.',
            )
    for group in sources_of(policy.get("report-to")):
        if group not in conf.REPORTING_ENDPOINTS or HEADERS not in settings.MIDDLEWARE:
            yield (
                f"sends reports to the group {group!r}, which browsers are not told of",
                f'Set MKT_CORE["REPORTING_ENDPOINTS"][{group!r}] = "/csp-report/"; {HEADERS!r} sends it.',
            )


def _answers(address: str) -> bool:
    """Whether a path of this site leads to a view that is not Wagtail's for pages; other sites are believed."""
    if not address.startswith("/") or address.startswith("//"):
        return True
    try:
        return resolve(address).url_name != "wagtail_serve"
    except Resolver404:
        return False
    except Exception:  # noqa: BLE001
        # A URLconf that cannot be imported is reported by Django's own checks.
        return True


def _header_values(conf: CoreSettings) -> Iterator[CheckMessage]:
    for message, hint in (
        *unknown_features(conf.PERMISSIONS_POLICY),
        *_unknown_policies(conf),
        *_useless_numbers(conf),
    ):
        yield CheckWarning(message, hint=hint, id="mkt_core.W068")


def _unknown_policies(conf: CoreSettings) -> Iterator[tuple[str, str]]:
    given = {
        "MKT_CORE['RESOURCE_POLICY']": (conf.RESOURCE_POLICY, _RESOURCE_POLICIES),
        "MKT_CORE['EMBEDDER_POLICY']": (conf.EMBEDDER_POLICY, _EMBEDDER_POLICIES),
        **{
            f"MKT_CORE['RESOURCE_POLICY_PATHS'][{path!r}]": (value, _RESOURCE_POLICIES)
            for path, value in conf.RESOURCE_POLICY_PATHS.items()
        },
    }
    for name, (value, known) in given.items():
        if value not in known:
            yield (
                f"{name} is {value!r}, which browsers do not know.",
                f"One of {', '.join(map(repr, known[1:]))}, or '' for no header.",
            )
    for key, paths in (
        ("RESOURCE_POLICY_PATHS", conf.RESOURCE_POLICY_PATHS),
        ("ADMIN_CSP_PATHS", conf.ADMIN_CSP_PATHS),
    ):
        for path in paths:
            if not path.startswith("/"):
                yield f"MKT_CORE['{key}'] has {path!r}.", "Paths begin with a slash: '/api/'."


def _useless_numbers(conf: CoreSettings) -> Iterator[tuple[str, str]]:
    for key in ("CSP_REPORT_MAX_BYTES", "CSP_REPORTS_PER_MINUTE"):
        if getattr(conf, key) < 1:
            yield f"MKT_CORE['{key}'] is {getattr(conf, key)}; no report could pass.", "1 or more."
    if conf.CSP_REPORT_LOG_SECONDS < 0:
        yield "MKT_CORE['CSP_REPORT_LOG_SECONDS'] is below 0.", "0 logs every violation."


def _https() -> Iterator[tuple[str, str]]:
    # Django's security.W004, W005 and W021 tell of settings that are missing altogether.
    if 0 < settings.SECURE_HSTS_SECONDS < _ONE_YEAR_SECONDS:
        yield (
            f"SECURE_HSTS_SECONDS is {settings.SECURE_HSTS_SECONDS}, less than a year.",
            "Once everything answers by HTTPS, set it to 63072000 (two years).",
        )


def _cookies() -> Iterator[tuple[str, str]]:
    for name in ("SESSION", "CSRF"):
        if not getattr(settings, f"{name}_COOKIE_SAMESITE") or (
            str(getattr(settings, f"{name}_COOKIE_SAMESITE")).lower() == "none"
        ):
            yield (
                f"{name}_COOKIE_SAMESITE lets other sites send requests in the name of a visitor.",
                'Set it to "Lax" or "Strict".',
            )
        cookie = str(getattr(settings, f"{name}_COOKIE_NAME"))
        if cookie.startswith("__Host-") and (
            getattr(settings, f"{name}_COOKIE_DOMAIN")
            or getattr(settings, f"{name}_COOKIE_PATH") != "/"
            or not getattr(settings, f"{name}_COOKIE_SECURE")
        ):
            yield (
                f"Browsers refuse the cookie {cookie!r}: __Host- demands Secure, the path / and no domain.",
                f"Set {name}_COOKIE_SECURE = True, {name}_COOKIE_DOMAIN = None and {name}_COOKIE_PATH = '/'.",
            )


def _unknown_proxies(conf: CoreSettings) -> Iterator[tuple[str, str]]:
    if settings.SECURE_PROXY_SSL_HEADER and not (conf.TRUSTED_PROXIES or conf.TRUSTED_PROXY_COUNT):
        yield (
            "SECURE_PROXY_SSL_HEADER believes a proxy, but MKT_CORE does not say which proxies there are.",
            'Set MKT_CORE["TRUSTED_PROXIES"] or ["TRUSTED_PROXY_COUNT"]; else every visitor has the proxy\'s address.',
        )

"""Django's own settings, as a public site should have them."""

from __future__ import annotations

from typing import Any

from .policies import site_policy

TWO_YEARS_SECONDS = 63_072_000


def recommended(
    *,
    hsts_seconds: int = TWO_YEARS_SECONDS,
    subdomains: bool = True,
    preload: bool = True,
    ssl_redirect: bool = True,
    cookie_prefix: str = "__Host-",
    **sources: Any,
) -> dict[str, Any]:
    """Settings for a site behind HTTPS: ``globals().update(recommended())`` at the end of the settings module.

    ``subdomains`` and ``preload`` bind every host below the domain to HTTPS, for years; say no while one of them has
    none. ``cookie_prefix`` ("__Host-", "__Secure-" or "") goes in front of the cookies' names, which logs everybody out
    once; caches in front of the site that know cookies by name have to be told. The other arguments are those of
    ``site_policy()``: ``images=["https://bucket.example.org"]``.
    """
    return {
        "SECURE_CSP": site_policy(**{"upgrade": ssl_redirect, **sources}),
        "SECURE_SSL_REDIRECT": ssl_redirect,
        "SECURE_HSTS_SECONDS": hsts_seconds,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": subdomains,
        "SECURE_HSTS_PRELOAD": preload,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "strict-origin-when-cross-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SESSION_COOKIE_NAME": f"{cookie_prefix}sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": f"{cookie_prefix}csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "LANGUAGE_COOKIE_NAME": f"{cookie_prefix}language",
        "LANGUAGE_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_HTTPONLY": True,
        "LANGUAGE_COOKIE_SAMESITE": "Lax",
        # Not in a cookie of their own, whose name and whose text nothing protects.
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        # Every visitor of the admin would be shown to somebody else.
        "WAGTAIL_GRAVATAR_PROVIDER_URL": None,
        # So would everybody who opens the dashboard; the policy refuses it, too.
        "WAGTAIL_ENABLE_UPDATE_CHECK": False,
    }

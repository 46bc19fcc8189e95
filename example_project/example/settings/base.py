"""What every environment of the example site shares."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from mkt_core import security

from . import _front_end
from ._env import env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

INSTALLED_APPS = [
    "home",
    "mkt_core",
    "mkt_blog",
    "mkt_blog.pages",
    "mkt_monitoring",
    "mkt_api",
    "drf_spectacular_sidecar",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Before everything: probes ask by address, which ALLOWED_HOSTS refuses, and without TLS.
    "mkt_core.health.middleware.HealthMiddleware",
    # In front of the rest, so that the measured time is the whole time and every log line has the request's id.
    "mkt_core.middleware.RequestIdMiddleware",
    "mkt_monitoring.middleware.RequestMetricsMiddleware",
    "mkt_core.logging.access.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # In front of the cache: a client is counted and told what it has left, whether its page is rendered or not.
    "mkt_core.ratelimit.middleware.RateLimitMiddleware",
    # What stands below runs only when a page is rendered.
    "mkt_core.cache.middleware.ResponseCacheMiddleware",
    "mkt_core.security.middleware.SecurityHeadersMiddleware",
    "mkt_core.security.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mkt_core.accounts.middleware.AccountsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "example.urls"
WSGI_APPLICATION = "example.wsgi.application"
ASGI_APPLICATION = "example.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Passwords are not guessed at full speed.
AUTHENTICATION_BACKENDS = [
    "mkt_core.accounts.backends.LoginThrottle",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English"))]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A long page with many blocks sends more form fields than Django's 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# What pages may load and run. The same everywhere, so that development shows what production would refuse.
POLICY_SOURCES: dict[str, Any] = {
    # Players that editors may embed in posts.
    "frames": [
        "https://www.youtube.com",
        "https://www.youtube-nocookie.com",
        "https://player.vimeo.com",
    ],
    "report_path": "/csp-report/",
}
SECURE_CSP = security.site_policy(**POLICY_SOURCES)
# Every visitor of the admin would be shown to somebody else.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False

WAGTAIL_SITE_NAME = "MKT"
WAGTAILADMIN_BASE_URL = env.str("WAGTAILADMIN_BASE_URL", default="http://127.0.0.1:8000")
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# What phones take, too. Every upload is checked and cleaned by mkt_core.uploads, which is on without a setting.
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024

# Editors paste addresses, and the site asks for them: never inside its own network.
WAGTAILEMBEDS_FINDERS = [{"class": "mkt_core.outgoing.embeds.SafeOEmbedFinder"}]

# Twelve fill whole rows in a grid of two, three or four columns.
MKT_BLOG = {"POSTS_PER_PAGE": 12}
MKT_CORE: dict[str, Any] = {
    "REPORTING_ENDPOINTS": {"csp": "/csp-report/"},
    # Feed readers and other sites show our pictures; everybody may read the API.
    "RESOURCE_POLICY_PATHS": {"/media/": "cross-origin", "/api/": "cross-origin"},
    # What costs much, for one client. Logins are limited by AccountsMiddleware.
    "RATE_LIMITS": [
        {
            "name": "search",
            "limit": 60,
            "period_seconds": 60,
            "paths": ["/blog/search/", "/api/v1/search/"],
        },
        {"name": "api", "limit": 600, "period_seconds": 60, "burst": 300, "paths": ["/api/"]},
    ],
    "SEO": {
        "LOGO": "home/icon.svg",
        # Where the content is a demonstration or a test, nobody shall find it.
        "NOINDEX": env.bool("SEO_NOINDEX", default=False),
    },
}
MKT_MONITORING: dict[str, Any] = {}
# The address of a front end that reads the API; see ../headless.
FRONT_END_URL = env.str("FRONT_END_URL", default="")
MKT_API: dict[str, Any] = _front_end.api_settings(FRONT_END_URL)

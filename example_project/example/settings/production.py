"""A reference deployment: PostgreSQL, Redis, static files by WhiteNoise, JSON logs, HTTPS only.

Required: ``SECRET_KEY``, ``DATABASE_URL``, ``REDIS_URL`` (each also as ``*_FILE``),
``ALLOWED_HOSTS`` (comma-separated) and ``WAGTAILADMIN_BASE_URL``.

Of the database: ``DATABASE_REPLICA_URL`` (also as ``*_FILE``) is a streaming replica that safe requests read from.
``DATABASE_SSLROOTCERT`` is the file of the authority that signed the servers' certificates (default: those that the
system knows); a server elsewhere has to prove its name unless the URL says otherwise (``?sslmode=disable``).
``DATABASE_POOL_SIZE`` (10) connections per process at most, ``DATABASE_STATEMENT_TIMEOUT_SECONDS`` (30; 0 for long
migrations), ``DATABASE_LOCK_TIMEOUT_SECONDS`` (10), ``DATABASE_PGBOUNCER=true`` if ``DATABASE_URL`` leads to PgBouncer
in transaction mode; a replica is connected to directly.

``TASKS_BACKEND``: "database" keeps slow work in a table for ``manage.py run_tasks``, which must run somewhere;
"immediate" does it before the visitor gets an answer. ``CACHE_PROXY_SECONDS`` (1): how long the proxy in front may give
out a page without asking; 0 if there is none.
"""

import django

from mkt_core import logging as mkt_logging
from mkt_core.db import pool_options, postgresql
from mkt_core.security import recommended
from mkt_core.security.settings import TWO_YEARS_SECONDS

from ._env import choose, require
from .base import *  # noqa: F403
from .base import INSTALLED_APPS, MIDDLEWARE, MKT_CORE, POLICY_SOURCES, STORAGES, env

require("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "WAGTAILADMIN_BASE_URL")

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS",
    default=[f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS if host != "*"],
)

_database = {
    "pool": pool_options(max_size=env.int("DATABASE_POOL_SIZE", default=10)),
    "sslrootcert": env.str("DATABASE_SSLROOTCERT", default="system"),
    "statement_timeout_seconds": env.float("DATABASE_STATEMENT_TIMEOUT_SECONDS", default=30.0),
    "lock_timeout_seconds": env.float("DATABASE_LOCK_TIMEOUT_SECONDS", default=10.0),
    "application_name": "example",
    "pgbouncer": env.bool("DATABASE_PGBOUNCER", default=False),
}
DATABASES = {"default": postgresql(env.db_url("DATABASE_URL"), **_database)}
if env.str("DATABASE_REPLICA_URL", default=""):
    # PgBouncer would hide how far a replica is.
    DATABASES["replica"] = postgresql(
        env.db_url("DATABASE_REPLICA_URL"),
        replica_of="default",
        **_database | {"pgbouncer": False},
    )
    DATABASE_ROUTERS = ["mkt_core.db.ReplicaRouter"]
    MKT_CORE |= {"DATABASE_REPLICAS": ["replica"]}
    # In front of whatever queries, and of the responses that are kept.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("mkt_core.cache.middleware.ResponseCacheMiddleware"),
        "mkt_core.db.ReplicaMiddleware",
    )
INSTALLED_APPS += ["django.contrib.postgres"]

# The table is there in any case, so that the setting can be changed without a migration.
INSTALLED_APPS += ["django_tasks_db"]
_TASKS_BACKENDS = {
    "database": "django_tasks_db.DatabaseBackend",
    "immediate": (
        "django.tasks.backends.immediate.ImmediateBackend"
        if django.VERSION >= (6, 0)
        else "django_tasks.backends.immediate.ImmediateBackend"
    ),
}
TASKS = {"default": {"BACKEND": choose("TASKS_BACKEND", _TASKS_BACKENDS, default="database")}}

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        # A cache that is slow or gone must not take the pages with it.
        "BACKEND": "mkt_core.cache.backends.FailSafeCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "example",
        "OPTIONS": {"WRAPPED": "django_redis.cache.RedisCache"},
    },
}

# WhiteNoise comes right after SecurityMiddleware, so that files are redirected to HTTPS too.
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1,
    "whitenoise.middleware.WhiteNoiseMiddleware",
)
STORAGES["staticfiles"] = {
    "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}
STATIC_ROOT = env.path("STATIC_ROOT", default=str(STATIC_ROOT))  # noqa: F405
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(MEDIA_ROOT))  # noqa: F405

# Policies, HSTS, cookies: what is strict and right for a site behind HTTPS.
globals().update(
    recommended(
        ssl_redirect=env.bool("SECURE_SSL_REDIRECT", default=True),
        hsts_seconds=env.int("SECURE_HSTS_SECONDS", default=TWO_YEARS_SECONDS),
        subdomains=env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True),
        preload=env.bool("SECURE_HSTS_PRELOAD", default=True),
        **POLICY_SOURCES,
    )
)
# Prometheus comes over plain HTTP from inside the cluster, as probes do (for those see HealthMiddleware).
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
MKT_CORE |= {
    # Who may say which client a request comes from: the proxy in front, on this machine unless told otherwise.
    "TRUSTED_PROXIES": env.list("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1", "unix"]),
    # So long nginx keeps a page without asking (deploy/nginx/microcache.conf); with 0 its micro-cache keeps nothing.
    "CACHE_PROXY_SECONDS": env.int("CACHE_PROXY_SECONDS", default=1),
}

# smtp://, smtp+tls:// or smtp+ssl://user:password@host:port. Django 6.1 replaced the EMAIL_*
# settings, and having both is an error.
_email = env.email_url("EMAIL_URL", default="smtp://localhost:25")
if django.VERSION >= (6, 1):
    MAILERS = {
        "default": {
            "BACKEND": _email["EMAIL_BACKEND"],
            "OPTIONS": {
                "host": _email["EMAIL_HOST"],
                "port": _email["EMAIL_PORT"] or 25,
                "username": _email["EMAIL_HOST_USER"] or "",
                "password": _email["EMAIL_HOST_PASSWORD"] or "",
                "use_tls": _email.get("EMAIL_USE_TLS", False),
                "use_ssl": _email.get("EMAIL_USE_SSL", False),
            },
        },
    }
else:
    globals().update(_email)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="webmaster@localhost")

MKT_MONITORING = {
    "METRICS_NETWORKS": env.list("METRICS_NETWORKS", default=[]),
    "METRICS_TOKENS": [token] if (token := env.str("METRICS_TOKEN", default="")) else [],
}
# "redis" takes the tables out of the way of the processes that answer visitors; it needs mkt_events_consume running.
if env.str("EVENTS_SINK", default="database") == "redis":
    MKT_MONITORING["EVENTS"] = {"SINK": "redis", "SINK_OPTIONS": {"URL": REDIS_URL}}

# One JSON line for each record, on standard error or in a file: see deploy/logs and docs/how-to/logs.md.
LOGGING = mkt_logging.config(
    env.str("LOG_LEVEL", default="INFO"),
    service=env.str("LOG_SERVICE", default="mkt-site"),
    environment=env.str("LOG_ENVIRONMENT", default="production"),
    file=env.str("LOG_FILE", default=""),
)
MKT_CORE |= {
    # With a key of its own, hashes of users stay the same when SECRET_KEY is changed.
    "LOG_USER_KEY": env.str("LOG_USER_KEY", default=""),
    "LOG_CLIENT_ADDRESS": env.str("LOG_CLIENT_ADDRESS", default="truncated"),
    "LOG_REDACT_EMAILS": True,
    "LOG_REDACT_CARDS": True,
    "LOG_UNHANDLED_ERRORS": True,
}

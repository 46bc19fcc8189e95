"""The example site on this machine, with pages that fail and stream, with work to do, and with what may go wrong."""

import os

import django

from example.settings.test import *  # noqa: F403
from example.settings.test import CACHES, DATABASES, INSTALLED_APPS, MKT_CORE, MKT_MONITORING

MEDIA_ROOT = os.environ["MKT_OBSERVED_MEDIA"]
ROOT_URLCONF = "tests.observability.urls"

INSTALLED_APPS += ["django_tasks_db", "wagtail.contrib.forms"]

_MAIL = "django.core.mail.backends.locmem.EmailBackend"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": _MAIL}}
else:
    EMAIL_BACKEND = _MAIL

_TASKS = "django.tasks" if django.VERSION >= (6, 0) else "django_tasks"
TASKS = {
    "default": {"BACKEND": f"{_TASKS}.backends.immediate.ImmediateBackend"},
    # Without a worker.
    "later": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# There is no server at this port.
_NOBODY = "127.0.0.1:1"
_REDIS = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": f"redis://{_NOBODY}/0",
}
CACHES["refusing"] = _REDIS
CACHES["gone"] = {
    "BACKEND": "mkt_core.cache.backends.FailSafeCache",
    "LOCATION": _REDIS["LOCATION"],
    "OPTIONS": {"WRAPPED": _REDIS["BACKEND"]},
}

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 4}}

MKT_CORE |= {
    "CACHE_CDN": {
        "varnish": {
            "BACKEND": "mkt_core.cache.cdn.varnish.VarnishTags",
            "LOCATION": f"http://{_NOBODY}",
        }
    },
    "RATE_LIMITS": [
        *MKT_CORE["RATE_LIMITS"],
        {"name": "observed", "limit": 1, "period_seconds": 3600, "paths": ["/stream/"]},
    ],
}
MKT_MONITORING |= {"OUTGOING_LIBRARIES": ["urllib"]}

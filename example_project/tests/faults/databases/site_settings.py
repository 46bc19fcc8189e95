"""The example site on databases that tests stop, freeze and delay; the environment says which."""

import json
import os

from example.settings.test import *  # noqa: F403
from example.settings.test import INSTALLED_APPS, MIDDLEWARE

_given = json.loads(os.environ["FAULT_SITE"])

DATABASES = _given["databases"]
if "django.contrib.postgres" not in INSTALLED_APPS:
    INSTALLED_APPS += ["django.contrib.postgres"]
MKT_CORE = _given["core"]
ROOT_URLCONF = "tests.faults.databases.site_urls"
DATABASE_ROUTERS = ["mkt_core.db.ReplicaRouter"]
MIDDLEWARE = [*MIDDLEWARE]
MIDDLEWARE.insert(
    MIDDLEWARE.index("mkt_core.cache.middleware.ResponseCacheMiddleware"),
    "mkt_core.db.ReplicaMiddleware",
)
CACHES = {
    "default": {
        "BACKEND": "mkt_core.cache.backends.FailSafeCache",
        "LOCATION": _given["redis"],
        "KEY_PREFIX": _given["name"],
        "OPTIONS": {"WRAPPED": "django_redis.cache.RedisCache"},
    }
}
WAGTAIL_SITE_NAME = _given["name"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"]}},
}

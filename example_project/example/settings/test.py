"""The tests of all four packages together.

``DATABASE_URL`` (SQLite in memory when unset), ``REDIS_URL`` (local memory when unset) and
``MKT_TEST_TEMPLATE`` (a migrated PostgreSQL database to copy) come from the environment.
"""

import tempfile
from pathlib import Path

from . import _front_end
from .base import *  # noqa: F403
from .base import FRONT_END_URL, INSTALLED_APPS, MKT_CORE, env

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

DATABASES = {"default": env.db_url("DATABASE_URL", default="sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS += ["django.contrib.postgres"]
    if template := env.str("MKT_TEST_TEMPLATE", default=""):
        DATABASES["default"]["TEST"] = {"TEMPLATE": template}

CACHES = {"default": env.cache_url("REDIS_URL", default="locmemcache://?max_entries=10000")}

MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="mkt-media-"))

MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.0/8", "::1/128"]}
MKT_CORE |= _front_end.outgoing_settings(FRONT_END_URL)

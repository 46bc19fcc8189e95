"""The settings of production for a site that tests hurt, with static files as they lie in the packages."""

from example.settings.production import *  # noqa: F403
from example.settings.production import CACHES, DATABASES, INSTALLED_APPS, MKT_CORE, STORAGES

# Without a manifest nothing need be collected and compressed first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.remove("django.contrib.postgres")

SESSION_ENGINE = "django.contrib.sessions.backends.db"

# What was learnt of the server, and what was not there, is forgotten within a test.
MKT_CORE |= {"CACHE_PROBE_SECONDS": 0.2, "CACHE_NOT_FOUND_SECONDS": 2.0}

# LOG_FILE names a file on a disk that will be full.
assert CACHES["default"]["BACKEND"] == "mkt_core.cache.backends.FailSafeCache"

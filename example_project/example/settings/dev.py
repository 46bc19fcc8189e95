"""Development and ``make demo``: SQLite, everything open to this machine only."""

from . import _front_end
from .base import *  # noqa: F403
from .base import FRONT_END_URL, INSTALLED_APPS, MKT_CORE, VAR_DIR, env

DEBUG = True
# Not a secret: it signs the cookies of a site that runs on one's own machine.
SECRET_KEY = "django-insecure-only-for-development"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
INTERNAL_IPS = ["127.0.0.1"]

VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/demo.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS += ["django.contrib.postgres"]

# One process serves the demo, so that the memory of that process is enough.
CACHES = {"default": env.cache_url("REDIS_URL", default="locmemcache://?max_entries=10000")}

# A scraper on this machine may read /metrics; everyone else gets a 404.
MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.0/8", "::1/128"]}
MKT_CORE |= _front_end.outgoing_settings(FRONT_END_URL)

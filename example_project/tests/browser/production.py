"""The settings of production, with static files from where they are; SQLite instead of PostgreSQL if need be."""

import os

# No worker runs beside it.
os.environ.setdefault("TASKS_BACKEND", "immediate")
_url = os.environ["DATABASE_URL"]
_postgresql = _url.startswith("postgres")
if not _postgresql:
    # Production knows nothing else. Nobody connects to this one.
    os.environ["DATABASE_URL"] = "postgres://nobody@localhost/nothing"

from example.settings.base import env  # noqa: E402
from example.settings.production import *  # noqa: E402, F403
from example.settings.production import STORAGES  # noqa: E402

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = os.environ["MKT_BROWSER_MEDIA"]
if not _postgresql:
    DATABASES = {"default": env.db_url_config(_url)}
    DATABASE_ROUTERS: list[str] = []
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

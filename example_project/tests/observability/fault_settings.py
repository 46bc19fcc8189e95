"""The example site whose database and cache go away, and whose metrics get no space."""

from example.settings.test import *  # noqa: F403
from example.settings.test import env

CACHES = {
    "default": {
        "BACKEND": "mkt_core.cache.backends.FailSafeCache",
        "LOCATION": env.str("REDIS_URL"),
        "OPTIONS": {"WRAPPED": "django_redis.cache.RedisCache"},
    }
}

"""Connections to servers of the test's choice, instead of those in the settings."""

from django.core.cache import CacheHandler
from django.db import ConnectionHandler


def postgres_at(port):
    """Like ``django.db.connections``, for a PostgreSQL that should listen at ``port``."""
    engine = "django.db.backends.postgresql"
    return ConnectionHandler(
        {"default": {"ENGINE": engine, "NAME": "x", "HOST": "127.0.0.1", "PORT": port}}
    )


def redis_at(port, timeout_seconds=None):
    """Like ``django.core.cache.cache``, for a Redis that should listen at ``port``."""
    backend = "django.core.cache.backends.redis.RedisCache"
    options = {"socket_timeout": timeout_seconds, "socket_connect_timeout": timeout_seconds}
    location = f"redis://127.0.0.1:{port}/0"
    handler = CacheHandler(
        {"default": {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}}
    )
    return handler["default"]

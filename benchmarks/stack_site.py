"""One site of ``stack.py`` for gunicorn: ``BENCH_SITE`` is "mkt" or "puput", ``BENCH_CACHED`` whether it keeps pages.

Run by itself it makes the tables and the posts instead, and prints the paths as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import blog_contenders

CACHES = {
    "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": os.environ["REDIS_URL"]}
}
#: What each of the two is put in front of.
MIDDLEWARES: dict[str, dict[str, list[str]]] = {
    "mkt": {"outer": ["mkt_core.cache.middleware.ResponseCacheMiddleware"], "inner": []},
    "puput": {
        "outer": ["wagtailcache.cache.UpdateCacheMiddleware"],
        "inner": ["wagtailcache.cache.FetchFromCacheMiddleware"],
    },
}


def configured(name: str, *, is_cached: bool, migrate: bool) -> blog_contenders.Contender:
    """
    Raises:
        SystemExit: wagtail-cache cannot be installed.
    """
    if name == "puput":
        from cache_setup import has_wagtail_cache

        if not has_wagtail_cache():
            sys.exit(1)
    contender = blog_contenders.CONTENDERS[name]()
    caching: dict[str, Any] = MIDDLEWARES[name] if is_cached else {}
    # A connection for each request would cost more than a cached page; each side keeps its own.
    blog_contenders.configure(
        contender,
        migrate=migrate,
        more={"CACHES": CACHES, "ALLOWED_HOSTS": ["*"]},
        **caching,
    )
    from django.conf import settings

    settings.DATABASES["default"]["CONN_MAX_AGE"] = 60
    return contender


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr
    contender = configured(os.environ["BENCH_SITE"], is_cached=False, migrate=True)
    print(json.dumps(contender.fill(int(sys.argv[1]))), file=out)


if __name__ == "__main__":
    main()
else:
    configured(os.environ["BENCH_SITE"], is_cached=os.environ["BENCH_CACHED"] == "1", migrate=False)
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

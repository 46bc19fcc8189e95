"""Make (or drop) a PostgreSQL database in which Wagtail's own migrations have run.

Test databases cloned from it (``TEST["TEMPLATE"]``) start in a tenth of a second; only the migrations of
the suite's own apps are left to run. ``services.py`` runs this file with the Python whose Django and
Wagtail the suites will use:

    DATABASE_URL=postgres://… python scripts/_template.py create NAME
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# More than any one suite lists: an extra table does no harm, a missing one costs its migrations.
APPS = [
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]


def available() -> bool:
    """Whether this Python can build a template: it needs Wagtail and a PostgreSQL driver."""
    return all(importlib.util.find_spec(module) for module in ("wagtail", "psycopg"))


def label() -> str:
    """``mkt_template_dj6_1_3_wt8_0_1``: a template serves one pair of versions only."""
    from importlib.metadata import version

    return "mkt_template_dj{}_wt{}".format(
        *(version(name).replace(".", "_") for name in ("Django", "wagtail"))
    )


def configure(database: dict[str, Any]) -> None:
    from django.conf import settings

    settings.configure(
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=APPS,
        SECRET_KEY="only-for-a-throwaway-database",  # noqa: S106
        STATIC_URL="/static/",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        USE_TZ=True,
        WAGTAILADMIN_BASE_URL="http://localhost",
        WAGTAIL_SITE_NAME="template",
    )


@contextmanager
def maintenance(database: dict[str, Any]) -> Iterator[Any]:
    """A cursor outside any transaction on the server's own ``postgres`` database."""
    import psycopg

    server = {"host": database["HOST"], "port": database["PORT"] or 5432, "dbname": "postgres"}
    login = {"user": database["USER"], "password": database["PASSWORD"]}
    with (
        psycopg.connect(**server, **login, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


def create(name: str, database: dict[str, Any]) -> None:
    import django
    from django.core.management import call_command
    from django.db import connections

    with maintenance(database) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    configure({**database, "NAME": name})
    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    # PostgreSQL refuses to copy a database that someone is connected to.
    connections.close_all()


def drop(name: str, database: dict[str, Any]) -> None:
    with maintenance(database) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def parse(url: str) -> dict[str, Any]:
    """Django's database settings for a ``postgres://user:password@host:port/name`` address."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": parts.path.lstrip("/"),
    }


if __name__ == "__main__":
    import os

    action = {"create": create, "drop": drop}[sys.argv[1]]
    action(sys.argv[2], parse(os.environ["DATABASE_URL"]))

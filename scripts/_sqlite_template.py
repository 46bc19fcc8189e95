"""Start SQLite test databases with Wagtail's own migrations in them; what ``_template.py`` is for PostgreSQL.

    python scripts/_sqlite_template.py FILE        # makes the template
    MKT_TEST_SQLITE_TEMPLATE=FILE python -m pytest -p _sqlite_template

As a plugin of pytest, with this folder on PYTHONPATH, it copies the template into a test database in memory when
that is opened for the first time, so that only the migrations of the suite's own apps are left to run.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Any

VARIABLE = "MKT_TEST_SQLITE_TEMPLATE"


def create(path: str) -> None:
    """Migrate a new database."""
    import _template
    import django
    from django.core.management import call_command

    _template.APPS.remove("django.contrib.postgres")
    _template.configure({"ENGINE": "django.db.backends.sqlite3", "NAME": path})
    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def pytest_configure() -> None:
    """Hear of every connection."""
    if os.environ.get(VARIABLE):
        from django.db.backends.signals import connection_created

        connection_created.connect(fill, dispatch_uid="mkt sqlite template")


def fill(connection: Any, **kwargs: Any) -> None:
    """Copy the template into an empty test database in memory."""
    from django.conf import settings

    in_memory = "mode=memory" in str(connection.settings_dict["NAME"])
    # Wagtail's tables refer to the user model and to the page model; Wagtail 8 names its own in the settings.
    page_model = getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page")
    is_usual = settings.AUTH_USER_MODEL == "auth.User" and page_model == "wagtailcore.Page"
    if connection.vendor != "sqlite" or not in_memory or not is_usual:
        return
    raw = connection.connection
    if raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return
    template = sqlite3.connect(os.environ[VARIABLE])
    try:
        template.backup(raw)
    finally:
        template.close()


if __name__ == "__main__":
    create(sys.argv[1])

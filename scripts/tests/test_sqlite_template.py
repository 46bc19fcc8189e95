"""Test databases in memory begin as copies of a template."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1]
SITE = """
    import sys
    import django
    from django.conf import settings
    import _sqlite_template
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        AUTH_USER_MODEL=sys.argv[2],
    )
    django.setup()
    _sqlite_template.pytest_configure()
    from django.db import connection
    print(connection.introspection.table_names())
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE migrated (id integer)")
    database.close()
    return path


def tables(template, name="file:memorydb_default?mode=memory&cache=shared", user="auth.User"):
    """The tables that Django finds in a database that it opens for the first time."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(SCRIPTS),
        "MKT_TEST_SQLITE_TEMPLATE": str(template),
    }
    command = [sys.executable, "-c", textwrap.dedent(SITE), name, user]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_test_database_is_a_copy(template):
    assert tables(template) == "['migrated']"


def test_other_databases_are_left_alone(template, tmp_path):
    assert tables(template, name=str(tmp_path / "site.sqlite3")) == "[]"


def test_a_site_with_its_own_users_runs_its_migrations(template):
    assert tables(template, user="contenttypes.ContentType") == "[]"


def test_without_a_template_nothing_happens():
    assert tables("") == "[]"

"""The settings modules as a fresh process sees them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]

PRODUCTION = {
    "SECRET_KEY": "k7Vq2nW9xT4bL8mZ3cJ6hR1gF5dS0aPwYuEoIiQtNvBxKzMjHlGr",
    "DATABASE_URL": "postgres://user:password@db.example.org:5432/site",
    "REDIS_URL": "redis://cache.example.org:6379/0",
    "ALLOWED_HOSTS": "www.example.org",
    "WAGTAILADMIN_BASE_URL": "https://www.example.org",
}
# Reads settings without connecting to anything.
SHOW = (
    "import json, sys; from importlib import import_module;"
    "module = import_module('example.settings.production');"
    "print(json.dumps({name: getattr(module, name) for name in sys.argv[1:]}))"
)


def run(*arguments, **variables):
    ours = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=ours | variables,
        capture_output=True,
        text=True,
    )


def last_line(process):
    return process.stderr.strip().splitlines()[-1]


class TestProduction:
    def test_names_everything_that_is_missing_at_once(self):
        process = run("-c", SHOW)

        assert process.returncode != 0
        assert last_line(process).endswith(
            "ImproperlyConfigured: Set these environment variables: SECRET_KEY (or SECRET_KEY_FILE),"
            " DATABASE_URL (or DATABASE_URL_FILE), REDIS_URL (or REDIS_URL_FILE), ALLOWED_HOSTS,"
            " WAGTAILADMIN_BASE_URL."
        )

    @pytest.mark.parametrize("name", PRODUCTION)
    def test_refuses_each_empty_value(self, name):
        process = run("-c", SHOW, **PRODUCTION | {name: ""})

        assert process.returncode != 0
        assert f"Set these environment variables: {name}" in last_line(process)

    def test_reads_secrets_from_files(self, tmp_path):
        secret = tmp_path / "key"
        secret.write_text("from-a-file\n")
        variables = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}

        process = run("-c", SHOW, "SECRET_KEY", SECRET_KEY_FILE=str(secret), **variables)

        assert process.stdout.strip() == '{"SECRET_KEY": "from-a-file"}', process.stderr

    def test_says_which_secret_file_cannot_be_read(self, tmp_path):
        process = run("-c", SHOW, **PRODUCTION, SECRET_KEY_FILE=str(tmp_path / "absent"))

        assert process.returncode != 0
        assert "ImproperlyConfigured: SECRET_KEY_FILE names" in last_line(process)

    def test_passes_the_deployment_check(self):
        process = run(
            "-W",
            "error",
            "manage.py",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
            "--settings",
            "example.settings.production",
            **PRODUCTION,
        )

        assert process.returncode == 0, process.stderr

    def test_passes_the_deployment_check_with_a_replica(self):
        process = run(
            "-W",
            "error",
            "manage.py",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
            "--settings",
            "example.settings.production",
            **PRODUCTION,
            DATABASE_REPLICA_URL="postgres://user:password@replica.example.org:5432/site",
        )

        assert process.returncode == 0, process.stderr

    def test_a_database_elsewhere_has_to_prove_its_name_unless_the_url_says_otherwise(self):
        url = PRODUCTION["DATABASE_URL"]
        found = []
        for given in (url, f"{url}?sslmode=disable"):
            process = run("-c", SHOW, "DATABASES", **PRODUCTION | {"DATABASE_URL": given})
            found.append(json.loads(process.stdout)["DATABASES"]["default"]["OPTIONS"])

        assert [options["sslmode"] for options in found] == ["verify-full", "disable"]
        assert found[0]["sslrootcert"] == "system"

    def test_pgbouncer_is_in_front_of_the_primary_only(self):
        replica = "postgres://user:password@replica.example.org:5432/site"
        given = {"DATABASE_PGBOUNCER": "true", "DATABASE_REPLICA_URL": replica}
        process = run("-c", SHOW, "DATABASES", **PRODUCTION, **given)

        databases = json.loads(process.stdout)["DATABASES"]
        assert databases["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
        assert "options" not in databases["default"]["OPTIONS"]
        assert "statement_timeout=30000" in databases["replica"]["OPTIONS"]["options"]

    def test_a_tasks_backend_that_is_not_known_is_an_error_that_names_those_that_are(self):
        process = run("-c", SHOW, "TASKS", **PRODUCTION, TASKS_BACKEND="rabbit")

        assert process.returncode != 0
        assert "TASKS_BACKEND is 'rabbit'; it can be database, immediate." in last_line(process)

    def test_takes_the_mail_server_from_one_address(self):
        process = run(
            "-W",
            "error",
            "manage.py",
            "check",
            "--settings",
            "example.settings.production",
            **PRODUCTION,
            EMAIL_URL="smtp+tls://user:password@mail.example.org:587",
        )

        assert process.returncode == 0, process.stderr


def test_development_needs_no_variables():
    process = run("-W", "error", "manage.py", "check", "--settings", "example.settings.dev")

    assert process.returncode == 0, process.stderr


def test_no_migration_is_missing():
    process = run(
        "manage.py", "makemigrations", "--check", "--dry-run", "--settings", "example.settings.test"
    )

    assert process.returncode == 0, process.stdout + process.stderr


def test_wrong_setting_of_the_blog_gets_one_message(tmp_path):
    settings = (
        "from example.settings.dev import *\nMKT_BLOG = {'BODY_BLOCKS': {'x': 'no.such.Block'}}\n"
    )
    (tmp_path / "wrong_settings.py").write_text(settings)

    process = run("manage.py", "check", "--settings", "wrong_settings", PYTHONPATH=str(tmp_path))

    assert process.returncode == 1
    assert "(mkt_blog.E005)" in process.stderr
    assert "identified 1 issue" in process.stderr
    assert "Traceback" not in process.stderr

"""``deploy/backup.sh`` and ``deploy/restore.sh``: what has been written comes back, or nothing has happened."""

import os
import subprocess
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.served import PROJECT, missing

from .site import environment, manage

pytestmark = pytest.mark.fault
COUNTS = """
SELECT table_name, (xpath('/row/n/text()', query_to_xml(
  format('SELECT count(*) AS n FROM %I', table_name), false, true, '')))[1]::text::int
FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1
"""


@pytest.fixture
def run(primary):
    """``run(script, folder, database, media)`` as an operator does it."""
    for program in ("pg_dump", "pg_restore", "psql"):
        if not (primary.binaries / program).exists():
            missing(f"{primary.binaries} has no {program}")

    def run(script, folder, url, media):
        path = os.pathsep.join([str(primary.binaries), os.environ["PATH"]])
        return subprocess.run(
            [PROJECT / "deploy" / script, folder],
            env={**os.environ, "PATH": path, "DATABASE_URL": url, "MEDIA_ROOT": str(media)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def empty(primary):
    """The URL of a database with nothing in it."""
    name = f"restored_{uuid.uuid4().hex[:8]}"
    primary.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(primary.url)._replace(path=f"/{name}"))
    primary.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "media"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "Möwe am Pier.jpg").write_bytes(os.urandom(5000))
    return folder


def rows(url, sql=COUNTS):
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_site_comes_back(primary, run, media, empty, redis, tmp_path):
    done = run("backup.sh", tmp_path / "backups", primary.url, media)
    assert done.returncode == 0, done.stderr
    (backup,) = (tmp_path / "backups").iterdir()
    assert done.stdout.strip() == str(backup)
    # It holds everything that the site knows of anybody.
    assert backup.stat().st_mode & 0o077 == 0

    done = run("restore.sh", backup, empty, tmp_path / "new-media")

    assert done.returncode == 0, done.stderr
    assert rows(empty) == rows(primary.url)
    assert dict(rows(empty))["wagtailcore_page"] > 0
    picture = Path("images") / "Möwe am Pier.jpg"
    assert (tmp_path / "new-media" / picture).read_bytes() == (media / picture).read_bytes()
    # The site runs on it: no migration is missing, and ids go on where they were.
    restored = {**primary.settings, "NAME": urlsplit(empty).path[1:]}
    env = environment({"default": restored}, redis)
    manage(env, "migrate", "--check", "--verbosity", "0")
    manage(env, "shell", "--verbosity", "0", "-c", NEW_PAGE)
    assert rows(empty, "SELECT count(*) FROM wagtailcore_page WHERE slug = 'after'") == [(1,)]


NEW_PAGE = """
from wagtail.models import Page, Site
Site.objects.get().root_page.specific.add_child(instance=Page(title="After", slug="after"))
"""


def test_nothing_is_written_over(primary, run, media, tmp_path):
    run("backup.sh", tmp_path / "backups", primary.url, media)
    (backup,) = (tmp_path / "backups").iterdir()
    before = rows(primary.url)

    done = run("restore.sh", backup, primary.url, tmp_path / "new-media")

    assert done.returncode == 1
    assert "tables already" in done.stderr
    assert rows(primary.url) == before
    assert not (tmp_path / "new-media").exists()


def test_uploads_that_are_there_stay(primary, run, media, empty, tmp_path):
    run("backup.sh", tmp_path / "backups", primary.url, media)
    (backup,) = (tmp_path / "backups").iterdir()

    done = run("restore.sh", backup, empty, media)

    assert "is not empty" in done.stderr
    assert rows(empty) == []


@pytest.mark.parametrize("name", ["database.dump", "media.tar"])
def test_a_damaged_backup_is_refused(primary, run, media, empty, tmp_path, name):
    run("backup.sh", tmp_path / "backups", primary.url, media)
    (backup,) = (tmp_path / "backups").iterdir()
    content = bytearray((backup / name).read_bytes())
    content[len(content) // 2] ^= 1
    (backup / name).write_bytes(content)

    done = run("restore.sh", backup, empty, tmp_path / "new-media")

    assert done.returncode == 1
    assert "not as it was written" in done.stderr
    assert rows(empty) == []
    assert not (tmp_path / "new-media").exists()


def test_a_restore_that_fails_halfway_leaves_the_database_empty(
    primary, run, media, empty, tmp_path
):
    run("backup.sh", tmp_path / "backups", primary.url, media)
    (backup,) = (tmp_path / "backups").iterdir()
    # The end is missing, with the rows of the last tables.
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-2000])
    sums = subprocess.run(
        ["sha256sum", "database.dump", "media.tar"], cwd=backup, capture_output=True, check=True
    )
    (backup / "SHA256SUMS").write_bytes(sums.stdout)

    done = run("restore.sh", backup, empty, tmp_path / "new-media")

    assert done.returncode != 0
    assert "pg_restore" in done.stderr
    assert rows(empty) == []


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(run, media, tmp_path):
    nobody = "postgres://mkt:none@127.0.0.1:1/none"

    done = run("backup.sh", tmp_path / "backups", nobody, media)

    assert done.returncode != 0
    assert "127.0.0.1" in done.stderr
    assert list((tmp_path / "backups").iterdir()) == []

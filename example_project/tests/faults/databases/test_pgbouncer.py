"""The site behind PgBouncer in transaction mode, with fewer connections than visitors."""

import re
import signal
import time

import _process
import psycopg
import pytest

from mkt_core.db import postgresql

from .site import Load, Visitor, environment, manage

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def bouncer(primary, find_program):
    """The beginning of an entry in ``DATABASES``."""
    program = find_program("pgbouncer", package="pgbouncer")
    given = primary.settings
    with _process.workspace("mkt-pgbouncer-") as folder:
        port = _process.free_port()
        server = (
            f"host=127.0.0.1 port={given['PORT']} user={given['USER']} password={given['PASSWORD']}"
        )
        lines = [
            "[databases]",
            f"{given['NAME']} = {server}",
            "[pgbouncer]",
            f"listen_port = {port}",
            "listen_addr = 127.0.0.1",
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = 2",
        ]
        (folder / "pgbouncer.ini").write_text("\n".join(lines))
        _process.give(folder)
        with _process.server(
            [program.path, folder / "pgbouncer.ini"],
            cwd=folder,
            env=program.environment,
            ready=lambda: _process.answers("127.0.0.1", port),
            stop_signal=signal.SIGINT,
        ):
            yield {**given, "PORT": port, "PASSWORD": ""}


@pytest.fixture(scope="module")
def port(bouncer, redis, site):
    return site({"default": postgresql(bouncer, pgbouncer=True)}, redis, name="bouncer")


@pytest.fixture(scope="module")
def editor(port, primary, redis):
    """Somebody who has logged in to the Wagtail admin."""
    env = environment({"default": primary.settings}, redis)
    env |= {
        "DJANGO_SUPERUSER_PASSWORD": "only for tests",
        "DJANGO_SUPERUSER_EMAIL": "a@example.org",
    }
    manage(env, "createsuperuser", "--noinput", "--username", "bouncer")
    visitor = Visitor(port)
    token = csrf_token(visitor.get("/admin/login/"))
    login = {"username": "bouncer", "password": "only for tests", "csrfmiddlewaretoken": token}
    assert visitor.post("/admin/login/", **login).status == 302
    return visitor


def csrf_token(answer):
    return re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', answer.body)[1].decode()


def test_more_visitors_than_connections_get_their_pages(port):
    paths = ["/test/uncached/?unknown=1", "/test/iterated/?unknown=1", "/"]
    with Load(port, paths, visitors=3) as load:
        time.sleep(2.0)

    assert all(load.answers.values())
    assert [load.failures(path) for path in paths] == [[], [], []]


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/pages/", "/admin/images/", "/admin/reports/site-history/"]
)
def test_the_admin_works(editor, path):
    answer = editor.get(path)

    assert answer.status in (200, 302)
    assert "login" not in answer.headers.get("location", "")


def test_a_change_in_the_admin_is_saved(editor):
    form = editor.get("/admin/collections/add/")
    token = csrf_token(form)

    saved = editor.post(
        "/admin/collections/add/",
        name="Through PgBouncer",
        parent="1",
        csrfmiddlewaretoken=token,
    )

    assert saved.status == 302
    assert b"Through PgBouncer" in editor.get("/admin/collections/").body


def test_what_a_session_sets_reaches_others(bouncer):
    """Why timeouts belong to the role, and locks into transactions."""

    def connect():
        place = {name.lower(): bouncer[name] for name in ("HOST", "PORT", "USER")}
        return psycopg.connect(dbname=bouncer["NAME"], autocommit=True, **place)

    with connect() as first, connect() as second:
        first.execute("SET lock_timeout = '7s'")
        found = second.execute("SHOW lock_timeout").fetchone()[0]
        locked = first.execute("SELECT pg_try_advisory_lock(7)").fetchone()[0]
        # The same server connection, so that the lock is no lock.
        locked_again = second.execute("SELECT pg_try_advisory_lock(7)").fetchone()[0]
        with second.transaction():
            second.execute("SELECT pg_advisory_xact_lock(8)")
        second.execute("SELECT pg_advisory_unlock_all()")
        second.execute("RESET ALL")

    assert locked
    assert locked_again
    assert found == "7s"

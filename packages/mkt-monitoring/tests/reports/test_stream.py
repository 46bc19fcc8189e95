"""Server-sent events of "Now": one reading for all who look, and nothing left when they are gone."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from contextlib import aclosing, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone

from mkt_monitoring.models import Event
from mkt_monitoring.reports import stream
from mkt_monitoring.reports.stream import OLD, SAME, Feed, NowStreamView, Reader, as_event

STREAM = "/admin/reports/monitoring/stream/"
ENGLISH, GERMAN = Reader("en", "UTC"), Reader("de", "Europe/Berlin")


class Readings:
    """Counts how often the figures are read; each is another text, unless ``changes`` is false."""

    def __init__(self, changes=True):
        self.asked, self.changes = [], changes

    def __call__(self, readers):
        self.asked.append(set(readers))
        number = len(self.asked) if self.changes else 0
        return {reader: f"{reader.language} {number}" for reader in readers}


async def take(feed, reader, number, **options):
    async with aclosing(feed.follow(reader, **options)) as following:
        return [await anext(following) for _ in range(number)]


class TestFeed:
    def test_one_reading_serves_all_who_look(self):
        readings = Readings()

        async def many():
            feed = Feed(readings, 0.05)
            following = [take(feed, reader, 3) for reader in (ENGLISH, GERMAN) * 20]
            return await asyncio.gather(*following)

        found = asyncio.run(many())

        assert len(found) == 40
        assert found[0] == [as_event(f"en {number}") for number in (1, 2, 3)]
        assert found[1] == [as_event(f"de {number}") for number in (1, 2, 3)]
        assert 3 <= len(readings.asked) <= 5
        assert readings.asked[0] == {ENGLISH, GERMAN}

    def test_what_has_not_changed_is_not_told_again(self):
        async def wait():
            return await take(
                Feed(Readings(changes=False), 0.02), ENGLISH, 3, heartbeat_seconds=0.2
            )

        assert asyncio.run(wait()) == [as_event("en 0"), SAME, SAME]

    def test_whoever_comes_later_gets_the_figures_at_once(self):
        async def later():
            feed = Feed(Readings(changes=False), 60)
            async with aclosing(feed.follow(ENGLISH)) as first:
                await anext(first)
                return await asyncio.wait_for(take(feed, ENGLISH, 1), 1)

        assert asyncio.run(later()) == [as_event("en 0")]

    def test_nothing_is_left_when_all_have_gone(self):
        readings = Readings()

        async def come_and_go():
            feed = Feed(readings, 0.02)
            await asyncio.gather(take(feed, ENGLISH, 2), take(feed, GERMAN, 2))
            asked = len(readings.asked)
            await asyncio.sleep(0.2)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            return feed._looking, feed._task, others, len(readings.asked) - asked

        assert asyncio.run(come_and_go()) == ({}, None, set(), 0)

    def test_figures_that_cannot_be_read_are_old(self, caplog):
        def fail(readers):
            raise OSError("no database")

        async def wait():
            return await take(Feed(fail, 0.02), ENGLISH, 2, heartbeat_seconds=0.2)

        assert asyncio.run(wait()) == [OLD, OLD]
        assert caplog.text.count("cannot be read") == 1

    def test_it_ends_after_a_while(self, monkeypatch):
        monkeypatch.setattr(stream, "LONGEST_SECONDS", 0.1)

        async def all_of_it():
            feed = Feed(Readings(), 0.03)
            return [text async for text in feed.follow(ENGLISH)]

        assert 2 <= len(asyncio.run(all_of_it())) <= 6


def test_a_text_of_several_lines_is_one_event():
    event = as_event("<p>\n</p>")
    assert event.startswith("event: figures\nid: ")
    assert event.endswith("\ndata: <p>\ndata: </p>\n\n")


def test_compression_does_not_hold_it_back(async_rf):
    request = async_rf.get(STREAM, headers={"Accept-Encoding": "gzip"})
    request.user = SimpleNamespace(has_perm=lambda permission: True)
    response = NowStreamView.as_view()(request)

    assert GZipMiddleware(lambda request: response)(request).headers["Content-Encoding"] != "gzip"


@pytest.mark.django_db
class TestWithoutASGI:
    def test_there_is_no_stream(self, watcher, client):
        assert client.get(STREAM).status_code == 404

    def test_the_page_names_none(self, watcher, client):
        assert b"data-mkt-stream" not in client.get("/admin/reports/monitoring/").content


class Site:
    """gunicorn with an ASGI worker on the database of the test."""

    def __init__(self, log):
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        given = connection.settings_dict
        server = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}"
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("MKT_TEST_TEMPLATE", "PROMETHEUS_MULTIPROC_DIR")
        }
        environment |= {
            "DATABASE_URL": f"postgresql://{server}/{given['NAME']}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-m", "gunicorn", "--worker-class", "asgi"),
                *("--bind", f"127.0.0.1:{self.port}", "--no-control-socket"),
                *("--graceful-timeout", "3", "django.core.asgi:get_asgi_application()"),
            ],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=log,
        )

    @contextmanager
    def asked(self, path, cookies=""):
        """The response; in the end the connection is cut, whether or not it was read."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(asking):
            asking.request("GET", path, headers={"Host": "localhost", "Cookie": cookies})
            with asking.getresponse() as response:
                yield response

    def answers(self):
        try:
            with self.asked("/admin/login/") as response:
                return response.status == 200
        except OSError:
            return False


def eventually(condition, seconds=20):
    until = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


@pytest.fixture
def site(tmp_path):
    with (tmp_path / "log").open("w+") as log:
        site = Site(log)
        try:
            assert eventually(site.answers, 60), (tmp_path / "log").read_text()
            yield site
        finally:
            site.process.terminate()
            site.process.wait(20)


def visited(path):
    now = timezone.now()
    Event.objects.bulk_create(
        [Event(id=uuid4(), day=now.date(), occurred_at=now, name="page_view", path=path)]
    )


def until_line(response, text):
    """Read lines until one has the text; gives the seconds it took."""
    started = time.monotonic()
    while text not in (line := response.readline().decode()):
        assert line, "the stream has ended"
        assert time.monotonic() < started + 10
    return time.monotonic() - started


def connections_of_others():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="another process cannot see a database in memory"
)
class TestRealServer:
    def test_visits_are_told_and_a_reader_who_leaves_leaves_nothing(self, site, watcher, client):
        cookies = f"sessionid={client.cookies['sessionid'].value}"
        with site.asked("/admin/reports/monitoring/", cookies) as page:
            assert f'data-mkt-stream="{STREAM}"' in page.read().decode()

        with site.asked(STREAM, cookies) as response:
            assert response.status == 200
            assert response.headers["Content-Type"].startswith("text/event-stream")
            until_line(response, 'id="mkt-feed"')
            visited("/seen-at-once/")
            assert until_line(response, "/seen-at-once/") < 10

        assert eventually(lambda: connections_of_others() == 0)
        time.sleep(1)
        assert connections_of_others() == 0

    def test_others_see_nothing(self, site, editor, client):
        cookies = f"sessionid={client.cookies['sessionid'].value}"

        with site.asked(STREAM, cookies) as response:
            assert response.status == 403
        with site.asked(STREAM) as response:
            assert response.status == 302

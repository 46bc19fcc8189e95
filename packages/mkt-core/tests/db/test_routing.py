import asyncio
import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connections, router, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from wagtail.models import Locale, Page, Site

from mkt_core.db import ReplicaMiddleware, use_primary, use_replica, watching, wrappers
from mkt_core.db.freshness import knowing
from mkt_core.db.group import current_group
from mkt_core.db.wrappers import is_write
from mkt_core.signals import replica_recovered, replica_unavailable

from .conftest import databases, forget_connection, until

pytestmark = pytest.mark.usefixtures("replicated")


def source(model=Page):
    """The database that a query of the model would go to."""
    return model.objects.all().db


def visit(view, method="get", path="/", cookies=None, **attributes):
    """The response of a view behind the middleware."""
    request = getattr(RequestFactory(), method)(path)
    request.COOKIES.update(cookies or {})
    for name, value in attributes.items():
        setattr(request, name, value)
    return ReplicaMiddleware(view)(request)


def seen(**kwargs):
    """Where a view reads from that does nothing else."""
    return visit(lambda request: HttpResponse(source()), **kwargs).content.decode()


def write(pk=0):
    Locale.objects.filter(pk=pk).update(language_code="xx")


class TestRequests:
    @pytest.mark.parametrize(
        ("method", "database"),
        [
            ("get", "replica"),
            ("head", "replica"),
            ("post", "default"),
            ("put", "default"),
            ("delete", "default"),
            ("options", "default"),
        ],
    )
    def test_only_get_and_head_read_from_the_replica(self, method, database):
        assert seen(method=method) == database

    def test_async_views_do_as_well(self):
        async def view(request):
            found = [page async for page in ContentType.objects.none()]
            return HttpResponse(f"{source()}{len(found)}")

        async def answer():
            return await ReplicaMiddleware(view)(RequestFactory().get("/"))

        assert asyncio.run(answer()).content == b"replica0"

    @pytest.mark.parametrize("path", ["/admin/", "/admin/pages/3/edit/"])
    def test_the_admin_reads_from_the_primary(self, path, settings):
        settings.ROOT_URLCONF = "tests.db.urls"

        assert seen(path=path) == "default"
        assert seen(path="/administration/") == "replica"

    def test_paths_of_the_site_can(self, settings):
        settings.MKT_CORE = {**settings.MKT_CORE, "DATABASE_PRIMARY_PATHS": ["/shop/"]}

        assert until(lambda: seen(path="/news/") == "replica")
        assert seen(path="/shop/basket/") == "default"

    def test_previews_do(self):
        assert seen(is_preview=True) == "default"

    def test_a_request_inside_of_another_follows_it(self):
        """Wagtail renders a preview by a request for the page, inside of one for the admin."""

        def view(request):
            return HttpResponse(seen())

        assert visit(view, method="post").content == b"default"
        assert visit(view).content == b"replica"

    def test_without_replicas_nothing_is_routed(self, settings):
        settings.MKT_CORE = {}

        assert seen() == "default"
        assert visit(lambda request: (write(), HttpResponse())[1]).cookies == {}


class TestOutside:
    def test_commands_and_tasks_read_from_the_primary(self):
        assert source() == "default"

    def test_a_block_may_say_otherwise(self):
        with use_replica():
            assert source() == "replica"
            with use_primary():
                assert source() == "default"
            assert source() == "replica"
        assert source() == "default"

    def test_functions_can_be_decorated(self):
        @use_replica()
        def function():
            return source()

        @use_replica()
        async def coroutine_function():
            await asyncio.sleep(0)
            return source()

        assert (function(), function()) == ("replica", "replica")
        assert asyncio.run(coroutine_function()) == "replica"
        assert source() == "default"

    def test_a_block_that_takes_long_keeps_its_servers_watched(self, monkeypatch):
        monkeypatch.setattr(watching, "IDLE_SECONDS", 0.1)
        group = current_group()
        with use_replica():
            assert source() == "replica"
            for _ in range(30):
                time.sleep(0.01)
                source()
            assert group.replicas["replica"].is_asking
            assert group.primary.is_asking

    def test_a_write_inside_of_a_block_counts_for_the_request(self):
        def view(request):
            with use_primary():
                write()
            return HttpResponse(source())

        response = visit(view)

        assert response.content == b"default"
        assert "mkt_pin" in response.cookies


@pytest.mark.django_db
def test_a_test_in_a_transaction_sees_its_own_rows():
    """As all do that use Django's TestCase, whether the replica mirrors the primary or not."""
    Locale.objects.create(language_code="de")

    assert visit(lambda request: HttpResponse(Locale.objects.filter(language_code="de"))).content


class TestQueries:
    @pytest.fixture(autouse=True)
    def _reading(self):
        with use_replica():
            yield

    def test_transactions_read_from_the_primary(self):
        with transaction.atomic():
            assert source() == "default"
        assert source() == "replica"

    def test_everything_after_a_write_reads_from_the_primary(self):
        write()

        assert source() == "default"

    def test_so_it_does_after_sql_by_hand(self):
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE wagtailcore_locale SET language_code = 'xx' WHERE id = 0")

        assert source() == "default"

    def test_locks_are_taken_on_the_primary(self):
        assert Page.objects.select_for_update().db == "default"

    def test_a_database_given_by_name_is_used(self):
        assert Page.objects.using("default").db == "default"
        assert Page.objects.using("replica").db == "replica"

    @pytest.mark.parametrize("model", [Session, get_user_model(), Site])
    def test_some_models_are_never_read_late(self, model):
        assert source(model) == "default"

    def test_what_belongs_to_a_row_comes_from_where_it_came_from(self):
        page = Page(pk=1)
        for database in ("default", "replica"):
            page._state.db = database
            assert router.db_for_read(Locale, instance=page) == database
            assert router.db_for_write(Locale, instance=page) == "default"
        page._state.db = "other"
        assert router.db_for_read(Locale, instance=page) == "other"
        assert router.db_for_write(Locale, instance=page) == "other"

    def test_rows_of_primary_and_replica_may_refer_to_each_other(self):
        first, second = Page(pk=1), Page(pk=2)
        first._state.db, second._state.db = "default", "replica"
        assert router.allow_relation(first, second)
        second._state.db = "other"
        assert not router.allow_relation(first, second)

    def test_replicas_are_not_migrated(self):
        assert not router.allow_migrate("replica", "wagtailcore")
        assert router.allow_migrate("default", "wagtailcore")
        assert router.allow_migrate("other", "wagtailcore")

    def test_a_response_to_be_stored_waits_for_a_replica_that_knows_of_all_changes(self):
        current_group().primary.stop()
        replica = current_group().replicas["replica"]
        replica.as_of -= 1.0
        asked_at = replica.asked_at
        with knowing("1:7"):
            if replica.asked_at == asked_at:
                assert source() == "default"
            assert until(lambda: source() == "replica")
        with knowing(""):
            assert source() == "replica"


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("SELECT 1", False),
        ("  select 1", False),
        ("/* who */ -- why\n (SELECT 1) UNION (SELECT 2)", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        ("WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", True),
        ("INSERT INTO a VALUES (1)", True),
        ("/* SELECT */ UPDATE a SET b = 1", True),
        ("SAVEPOINT s1", False),
        ("TRUNCATE a", True),
        ("", True),
        (object(), True),
    ],
)
def test_writes_are_told_from_reads(sql, writes):
    assert is_write(sql) is writes


class TestAway:
    @pytest.fixture
    def told(self):
        events = []

        def unavailable(reason, **kwargs):
            events.append(reason)

        def recovered(**kwargs):
            events.append("recovered")

        replica_unavailable.connect(unavailable)
        replica_recovered.connect(recovered)
        yield events
        replica_unavailable.disconnect(unavailable)
        replica_recovered.disconnect(recovered)

    def test_a_replica_that_cannot_be_reached_is_passed_over_and_told_once(
        self, tmp_path, told, add_databases
    ):
        group = current_group()
        folder = tmp_path / "later"
        add_databases({"replica": databases(str(folder / "replica.sqlite3"))["replica"]})
        forget_connection("replica")
        group.failed("replica", Exception("as a query found out"))

        assert [seen(), seen()] == ["default", "default"]
        assert told == ["unreachable"]

    def test_a_failure_is_over_when_the_replica_answers(self, told):
        current_group().failed("replica", Exception("connection reset"))

        assert until(lambda: seen() == "replica")
        assert until(lambda: told == ["unreachable", "recovered"])

    def test_a_query_after_a_quiet_time_is_not_given_up(self, monkeypatch):
        """Nobody has wanted to know for a while, so that nobody has asked; that is no silence of the replica."""
        group = current_group()
        replica = group.replicas["replica"]
        with monkeypatch.context() as patch:
            patch.setattr(watching, "IDLE_SECONDS", 0.0)
            assert until(lambda: not replica.is_asking)
        replica.answered_at -= 100.0

        def query():
            while not (yield "readable"):
                pass
            return "rows"

        waiting = wrappers._while_not_silent(query(), None, replica, group)
        next(waiting)
        waiting.send(0)
        with pytest.raises(StopIteration) as ended:
            waiting.send(1)

        assert ended.value.value == "rows"
        assert replica.is_asking

    def test_a_replica_that_says_nothing_is_passed_over(self, told):
        replica = current_group().replicas["replica"]
        replica.stop()
        replica.answered_at -= 5.0

        assert seen() == "default"
        assert told == ["silent"]

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.utils import ConnectionHandler
from django.http import HttpResponse
from prometheus_client import REGISTRY

from mkt_monitoring.database import pools
from mkt_monitoring.database.measuring import kind_of, measure
from mkt_monitoring.database.request_queries import MOST_STATEMENTS, RequestQueries
from mkt_monitoring.middleware import RequestMetricsMiddleware

pytestmark = pytest.mark.django_db

COUNT = "db_query_duration_seconds_count"


def test_each_query_is_counted_by_its_kind(metrics):
    group = Group.objects.create(name="editors")
    Group.objects.filter(pk=group.pk).update(name="authors")
    assert Group.objects.filter(name="authors").count() == 1
    group.delete()

    assert metrics.total(COUNT, alias="default", kind="insert") == 1
    assert metrics.total(COUNT, alias="default", kind="update") == 1
    assert metrics.total(COUNT, alias="default", kind="select") >= 1
    assert metrics.total(COUNT, alias="default", kind="delete") >= 1
    assert metrics.total("db_query_duration_seconds_sum") > 0


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT 1", "select"),
        ("  select 1", "select"),
        ("(SELECT 1) UNION (SELECT 2)", "select"),
        ("SAVEPOINT x", "transaction"),
        ("ROLLBACK TO SAVEPOINT x", "transaction"),
        ("BEGIN", "transaction"),
        ("CREATE TABLE x (y int)", "other"),
        ("", "other"),
        (b"SELECT 1", "other"),
    ],
)
def test_kinds(statement, kind):
    assert kind_of(statement) == kind


def test_errors_are_counted_and_come_through(metrics):
    Group.objects.create(name="editors")

    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.create(name="editors")

    assert metrics.total("db_query_errors_total", alias="default", error="IntegrityError") == 1
    assert metrics.total("db_query_errors_total") == 1


def test_a_connection_is_measured_once(metrics):
    measure(connection)
    measure(connection)

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert metrics.total(COUNT, kind="select") == 1


class TestQueriesOfARequest:
    def visit(self, rf, numbers):
        def view(request):
            for number in numbers:
                Group.objects.filter(pk=number).exists()
            return HttpResponse()

        RequestMetricsMiddleware(view)(rf.get("/"))

    def test_are_counted(self, rf, metrics):
        self.visit(rf, range(7))

        assert metrics.total("db_queries_per_request_count", alias="default") == 1
        assert metrics.total("db_queries_per_request_sum", alias="default") == 7
        # The statement is the same, whatever its parameters; seven times is not too often yet.
        assert metrics.total("db_repeated_queries_total") == 0

    def test_a_statement_that_is_asked_again_and_again_is_told(self, rf, metrics):
        self.visit(rf, range(11))

        assert metrics.total("db_repeated_queries_total", http_route="unmatched") == 1

    def test_how_often_is_too_often_is_a_setting(self, rf, metrics, settings):
        settings.MKT_MONITORING = {"REPEATED_QUERIES": 20}

        self.visit(rf, range(20))

        assert metrics.total("db_repeated_queries_total") == 0

    def test_queries_outside_belong_to_nobody(self, rf, metrics):
        self.visit(rf, range(2))
        Group.objects.exists()

        assert metrics.total("db_queries_per_request_sum") == 2

    def test_do_not_fill_the_memory(self):
        queries = RequestQueries()
        for number in range(MOST_STATEMENTS * 2):
            queries.add("default", f"SELECT {number}")

        assert len(queries.statements) == MOST_STATEMENTS
        assert queries.by_alias == {"default": MOST_STATEMENTS * 2}


class Pool:
    """What psycopg's pool says of itself."""

    def __init__(self):
        self.stats = {"pool_size": 4, "pool_available": 1, "requests_waiting": 2}

    def get_stats(self):
        return self.stats


def test_pools_are_looked_at_when_connections_come_and_requests_go(monkeypatch):
    monkeypatch.setattr(pools, "_pools", {})
    pool = Pool()
    pools.note_pool(SimpleNamespace(alias="pooled", _connection_pools={"pooled": pool}))

    def value(name, **labels):
        return REGISTRY.get_sample_value(name, {"alias": "pooled", **labels})

    assert value("db_pool_connections", state="used") == 3
    assert value("db_pool_connections", state="idle") == 1
    assert value("db_pool_waiting") == 2

    # The dictionary of psycopg's pool has only what has happened.
    pool.stats = {"pool_size": 4, "pool_available": 4}
    pools.look_at_pools()

    assert value("db_pool_connections", state="used") == 0
    assert value("db_pool_waiting") == 0


def test_connections_without_a_pool_are_none_of_its_business(metrics):
    pools.note_pool(connection)

    assert metrics.new_series("db_pool") == 0


def test_connections_that_fail_are_counted(metrics, tmp_path):
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "missing" / "x.sqlite3"}
    gone = ConnectionHandler({"default": sqlite, "gone": sqlite})["gone"]

    with pytest.raises(OperationalError):
        gone.ensure_connection()

    assert metrics.all("db_connection_errors_total") == {
        (("alias", "gone"), ("error", "OperationalError")): 1
    }
    assert metrics.total("db_connections_opened_total", alias="gone") == 0

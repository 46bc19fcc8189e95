import pytest
from django.db import connections

from mkt_core.db import checks, postgresql

from .conftest import databases

CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"


@pytest.fixture
def site(settings, add_databases):
    """A site with a replica and nothing to complain about."""
    settings.DATABASE_ROUTERS = ["mkt_core.db.ReplicaRouter"]
    settings.MIDDLEWARE = ["mkt_core.db.ReplicaMiddleware", CACHE]
    settings.MKT_CORE = {"DATABASE_REPLICAS": ["replica"]}
    add_databases(databases())
    return settings


def ids(check):
    return [message.id for message in check()]


def with_core(site, **core):
    site.MKT_CORE = {**site.MKT_CORE, **core}


def test_a_site_with_a_replica_may_be_as_it_should(site):
    assert checks.check_replicas() == []


def test_a_site_without_replicas_needs_nothing(settings):
    assert checks.check_replicas() == []


def test_a_setting_that_cannot_be_read_is_reported_elsewhere(settings):
    settings.MKT_CORE = {"DATABASE_REPLICAS": 3}

    assert checks.check_replicas() == []


@pytest.mark.parametrize(
    "core",
    [
        {"DATABASE_REPLICAS": ["replica", "missing"]},
        {"DATABASE_PRIMARY": "missing"},
        {"DATABASE_REPLICAS": ["replica", "default"]},
    ],
)
def test_e100_databases_that_cannot_be(site, core):
    with_core(site, **core)

    assert "mkt_core.E100" in ids(checks.check_replicas)


@pytest.mark.parametrize(
    "core",
    [
        {"DATABASE_PIN_SECONDS": 5.0},
        {"DATABASE_MAX_LAG_SECONDS": 0.0},
        {"DATABASE_PROBE_SECONDS": -1.0},
        {"DATABASE_TIMEOUT_SECONDS": 0.0},
        {"DATABASE_REPLICAS": {"replica": 0}},
        {"DATABASE_PRIMARY_MODELS": ["wagtailcore.Nothing"]},
        {"DATABASE_PIN_EXEMPT": ["auth.Nobody"]},
        {"DATABASE_PRIMARY_PATHS": ["shop/"]},
    ],
)
def test_e101_values_that_cannot_be_used(site, core):
    with_core(site, **core)

    assert ids(checks.check_replicas) == ["mkt_core.E101"]


def test_w102_views_in_transactions(site):
    connections.settings["replica"]["ATOMIC_REQUESTS"] = True

    assert ids(checks.check_replicas) == ["mkt_core.W102"]


def test_e103_no_router(site):
    site.DATABASE_ROUTERS = ["mkt_core.db.router.ReplicaRouter"]
    assert checks.check_replicas() == []

    site.DATABASE_ROUTERS = []
    assert ids(checks.check_replicas) == ["mkt_core.E103"]


@pytest.mark.parametrize("middleware", [[], [CACHE, "mkt_core.db.ReplicaMiddleware"]])
def test_e104_no_middleware_or_behind_the_cache(site, middleware):
    site.MIDDLEWARE = middleware

    assert ids(checks.check_replicas) == ["mkt_core.E104"]


def test_w105_a_database_of_its_own_in_tests(site):
    connections.settings["replica"]["TEST"]["MIRROR"] = None

    assert ids(checks.check_replicas) == ["mkt_core.W105"]


class TestPostgreSQL:
    @pytest.fixture
    def entry(self, add_databases):
        """``entry(**postgresql)`` gives an alias to check."""

        def add(changes=(), **options):
            given = {"NAME": "site", "HOST": "db.example.org", "PORT": "5432"}
            made = postgresql(given, **options)
            made.update(changes)
            complete = type(connections)({"default": made, "pg": made}).settings["pg"]
            add_databases({"pg": complete})

        return add

    def found(self, check):
        return [message.id for message in check() if "'pg'" in message.msg]

    def test_what_the_helper_makes_is_fine(self, entry):
        entry()

        assert self.found(checks.check_connections) == []
        assert self.found(checks.check_deployment) == []

    def test_e107_a_pool_and_old_connections(self, entry):
        entry({"CONN_MAX_AGE": 60})

        assert self.found(checks.check_connections) == ["mkt_core.E107"]

    def test_e107_a_pool_without_its_package(self, entry, monkeypatch):
        entry()
        monkeypatch.setattr(checks, "find_spec", lambda name: None)

        assert self.found(checks.check_connections) == ["mkt_core.E107"]

    def test_w106_no_pool(self, entry):
        entry(pool=False)

        assert self.found(checks.check_deployment) == ["mkt_core.W106"]

    @pytest.mark.parametrize("mode", ["require", "verify-ca", "disable"])
    def test_w108_tls_that_anybody_could_be_at_the_other_end_of(self, entry, mode):
        entry(sslmode=mode)

        assert self.found(checks.check_deployment) == ["mkt_core.W108"]

    def test_w109_cursors_that_pgbouncer_loses(self, entry):
        entry({"PORT": "6432"})
        assert self.found(checks.check_connections) == ["mkt_core.W109"]

        entry({"PORT": "6432"}, pgbouncer=True)
        assert self.found(checks.check_connections) == []

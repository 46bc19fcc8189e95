import pytest

from mkt_core.db import pool_options, postgresql
from mkt_core.db.configuration import is_local

ENTRY = {"ENGINE": "django.db.backends.postgresql", "NAME": "site", "HOST": "db.example.org"}


def test_a_server_elsewhere_has_to_prove_who_it_is():
    assert postgresql(ENTRY)["OPTIONS"]["sslmode"] == "verify-full"
    assert postgresql({**ENTRY, "HOST": "127.0.0.1"})["OPTIONS"]["sslmode"] == "prefer"
    assert postgresql(ENTRY, sslrootcert="system")["OPTIONS"]["sslrootcert"] == "system"


def test_the_systems_authorities_are_for_verified_names_only():
    """libpq refuses them for less."""
    given = {**ENTRY, "OPTIONS": {"sslmode": "require"}}

    assert "sslrootcert" not in postgresql(given, sslrootcert="system")["OPTIONS"]
    assert postgresql(given, sslrootcert="/ca.crt")["OPTIONS"]["sslrootcert"] == "/ca.crt"


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "::1", "/run/postgresql", "@mkt"])
def test_sockets_and_loopback_addresses_are_local(host):
    assert is_local(host)


@pytest.mark.parametrize("host", ["db", "10.0.0.7", "localhost.example.org"])
def test_others_are_not(host):
    assert not is_local(host)


def test_connections_are_pooled_and_looked_at_when_they_are_taken_out():
    entry = postgresql(ENTRY)

    assert entry["OPTIONS"]["pool"]["max_size"] == 10
    assert (entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"]) == (0, True)


def test_without_a_pool_the_age_of_connections_is_the_sites():
    entry = postgresql({**ENTRY, "CONN_MAX_AGE": 60}, pool=False)

    assert "pool" not in entry["OPTIONS"]
    assert entry["CONN_MAX_AGE"] == 60


def test_timeouts_are_told_to_the_server_in_milliseconds():
    options = postgresql(ENTRY, statement_timeout_seconds=1.5, lock_timeout_seconds=0)["OPTIONS"]

    assert "-c statement_timeout=1500 " in options["options"]
    assert "-c lock_timeout=0 " in options["options"]
    assert options["connect_timeout"] == 5


def test_what_the_address_says_wins():
    entry = postgresql({**ENTRY, "OPTIONS": {"sslmode": "require", "keepalives_idle": 7}})

    assert (entry["OPTIONS"]["sslmode"], entry["OPTIONS"]["keepalives_idle"]) == ("require", 7)


def test_the_given_entry_stays_as_it_was():
    entry = {**ENTRY, "OPTIONS": {"sslmode": "require"}}

    postgresql(entry, replica_of="default")["OPTIONS"]["sslmode"] = "disable"

    assert entry == {**ENTRY, "OPTIONS": {"sslmode": "require"}}


def test_a_replica_is_waited_for_only_shortly_and_mirrored_in_tests():
    entry = postgresql(ENTRY, replica_of="default")

    assert entry["TEST"] == {"MIRROR": "default"}
    assert entry["OPTIONS"]["connect_timeout"] == entry["OPTIONS"]["pool"]["timeout"] == 2
    assert "default_transaction_read_only=on" in entry["OPTIONS"]["options"]


def test_pgbouncer_is_asked_for_nothing_that_it_does_not_know():
    entry = postgresql(ENTRY, pgbouncer=True)

    assert entry["DISABLE_SERVER_SIDE_CURSORS"]
    assert "options" not in entry["OPTIONS"]


def test_another_engine_is_refused():
    with pytest.raises(ValueError, match="sqlite3 is no PostgreSQL"):
        postgresql({"ENGINE": "django.db.backends.sqlite3"})


@pytest.mark.parametrize("sizes", [{"min_size": 5, "max_size": 4}, {"min_size": 0, "max_size": 0}])
def test_a_pool_of_impossible_size_is_refused(sizes):
    with pytest.raises(ValueError, match="cannot keep"):
        pool_options(**sizes)

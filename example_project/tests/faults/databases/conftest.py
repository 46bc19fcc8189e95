from contextlib import ExitStack

import _cluster
import _process
import pytest
import services

from tests.served import gunicorn, missing

from .site import environment, manage


@pytest.fixture(scope="session")
def redis():
    """The URL of a Redis of these tests' own."""
    with services.running({}, services=(services.REDIS,), template=False) as variables:
        if "REDIS_URL" not in variables:
            missing(services.REDIS.how_to_get)
        yield variables["REDIS_URL"]


@pytest.fixture(scope="session")
def primary(redis):
    """A PostgreSQL with the tables and the first pages of the site."""
    try:
        with _cluster.primary() as server:
            env = environment({"default": server.settings}, redis)
            manage(env, "migrate", "--verbosity", "0")
            yield server
    except _process.ServiceError as error:
        missing(str(error))


@pytest.fixture(scope="session")
def replica(primary):
    """A streaming replica of the primary."""
    with _cluster.replica(primary) as server:
        yield server


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """``site(databases, redis, name=…, **MKT_CORE)`` starts a gunicorn and gives its port."""
    with ExitStack() as stack:

        def start(databases, redis, *, threads=4, **core):
            env = environment(databases, redis, **core)
            folder = tmp_path_factory.mktemp("gunicorn")
            port, _ = stack.enter_context(gunicorn(env, folder, threads=threads))
            return port

        yield start

"""A PostgreSQL whose certificate is signed by an authority of our own."""

import shutil
import subprocess

import _cluster
import _process
import pytest
from django.db import ConnectionHandler, OperationalError

from mkt_core.db import postgresql

pytestmark = pytest.mark.fault


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder with ``ca.crt``, another authority's ``other.crt``, and the certificate of ``localhost``."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: install Debian's package openssl")
    folder = tmp_path_factory.mktemp("tls")
    for name in ("ca", "other"):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        files = ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
        openssl(folder, "req", "-x509", *key, *files, "-days", "2", "-subj", f"/CN={name}")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(
        folder, "req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"
    )
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"]
    files = ["-in", "server.csr", "-out", "server.crt", "-extfile", "names"]
    openssl(folder, "x509", "-req", *files, *signed)
    return folder


@pytest.fixture(scope="module")
def server(authority):
    with _cluster.primary() as server:
        server.stop()
        for name in ("server.key", "server.crt"):
            shutil.copy(authority / name, server.data / name)
        (server.data / "server.key").chmod(0o600)
        _process.give(server.data)
        server.options |= {"ssl": "on", "ssl_min_protocol_version": "TLSv1.3"}
        server.start()
        yield server


def version(server, host, **options):
    """The TLS version of a connection with the settings of ``postgresql()``."""
    entry = postgresql({**server.settings, "HOST": host}, pool=False, **options)
    connection = ConnectionHandler({"default": entry})["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            return cursor.fetchone()[0]
    finally:
        connection.close()


class TestVerifyFull:
    @pytest.fixture(autouse=True)
    def _may_connect(self, django_db_blocker):
        with django_db_blocker.unblock():
            yield

    def test_connects_to_the_server_that_the_authority_vouches_for(self, server, authority):
        root = str(authority / "ca.crt")

        assert version(server, "localhost", sslmode="verify-full", sslrootcert=root) == "TLSv1.3"

    def test_refuses_a_certificate_of_another_authority(self, server, authority):
        root = str(authority / "other.crt")

        with pytest.raises(OperationalError, match="certificate verify failed"):
            version(server, "localhost", sslmode="verify-full", sslrootcert=root)

    def test_refuses_the_certificate_of_another_name(self, server, authority):
        root = str(authority / "ca.crt")

        with pytest.raises(OperationalError, match="does not match host name"):
            version(server, "127.0.0.1", sslmode="verify-full", sslrootcert=root)

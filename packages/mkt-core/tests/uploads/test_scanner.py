"""clamd's protocol, spoken by a small server over real sockets."""

import socketserver
import threading
from io import BytesIO

import pytest
from django.core.exceptions import ImproperlyConfigured

from mkt_core.uploads.scanner import ClamdScanner, ScanFailed, made

from . import pictures

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.BaseRequestHandler):
    """INSTREAM as clamd has it: pieces with their length in front, an empty one at the end, one answer."""

    def handle(self):
        assert self.read(10) == b"zINSTREAM\0"
        data = b""
        while length := int.from_bytes(self.read(4), "big"):
            data += self.read(length)
            if len(data) > 1_000_000:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(data)
        self.request.sendall(
            b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
        )

    def read(self, length):
        data = b""
        while len(data) < length:
            piece = self.request.recv(length - len(data))
            assert piece
            data += piece
        return data


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, tmp_path):
    """An address, and what was sent there."""
    if request.param == "tcp":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd.ctl"), Clamd)
        address = f"unix://{tmp_path}/clamd.ctl"
    server.seen = []
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield address, server.seen
        server.shutdown()
        thread.join()


def scan(scanner, data):
    return scanner.scan(BytesIO(data), len(data))


def test_names_the_virus(clamd):
    scanner = ClamdScanner(ADDRESS=clamd[0])

    assert scan(scanner, b"a" * 200_000) == ""
    assert scan(scanner, EICAR) == "Eicar-Test-Signature"
    assert clamd[1] == [b"a" * 200_000, EICAR]


def test_larger_than_clamd_takes_has_no_verdict(clamd):
    with pytest.raises(ScanFailed):
        scan(ClamdScanner(ADDRESS=clamd[0]), b"a" * 1_500_000)


def test_larger_than_its_limit_is_not_sent(clamd):
    with pytest.raises(ScanFailed, match="larger than 10 bytes"):
        scan(ClamdScanner(ADDRESS=clamd[0], MAX_BYTES=10), b"a" * 11)

    assert clamd[1] == []


def test_silent_server_costs_its_timeout(silent_port):
    scanner = ClamdScanner(ADDRESS=f"tcp://127.0.0.1:{silent_port}", TIMEOUT_SECONDS=0.1)

    with pytest.raises(ScanFailed, match="TimeoutError"):
        scan(scanner, b"a")


def test_absent_server_has_no_verdict(closed_port):
    with pytest.raises(ScanFailed, match="ConnectionRefusedError"):
        scan(ClamdScanner(ADDRESS=f"tcp://127.0.0.1:{closed_port}"), b"a")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"BACKEND": "nowhere.Scanner"},
        {"BACKEND": "mkt_core.uploads.scanner.ClamdScanner", "ADDRESS": "127.0.0.1:3310"},
        {"BACKEND": "mkt_core.uploads.scanner.ClamdScanner", "ADDRES": "tcp://127.0.0.1:3310"},
        {"BACKEND": "mkt_core.uploads.scanner.ClamdScanner", "TIMEOUT_SECONDS": 0},
        {"BACKEND": "mkt_core.uploads.scanner.ClamdScanner", "ON_FAILURE": "maybe"},
        {"BACKEND": "builtins.dict"},
    ],
)
def test_what_cannot_be_used(params):
    with pytest.raises(ImproperlyConfigured):
        made(params)


class TestUploads:
    def test_virus_is_refused(self, settings, editor, clamd):
        settings.MKT_CORE = {"UPLOAD_SCANNER": backend(clamd[0])}

        assert "Eicar-Test-Signature" in editor.upload("document", "a.txt", b"text " + EICAR)
        assert editor.upload("document", "b.txt", b"text").filename == "b.txt"
        assert "b.txt" in "".join(editor.stored())

    def test_what_is_stored_is_what_was_scanned(self, settings, editor, clamd):
        settings.MKT_CORE = {"UPLOAD_SCANNER": backend(clamd[0])}

        image = editor.upload("image", "a.jpg", pictures.jpeg())

        with image.file.open() as file:
            assert clamd[1] == [file.read()]

    def test_without_a_verdict(self, settings, editor, closed_port):
        away = backend(f"tcp://127.0.0.1:{closed_port}")
        settings.MKT_CORE = {"UPLOAD_SCANNER": away}
        assert "cannot be scanned" in editor.upload("document", "a.txt", b"text")

        settings.MKT_CORE = {"UPLOAD_SCANNER": {**away, "ON_FAILURE": "accept"}}
        assert editor.upload("document", "a.txt", b"text").filename == "a.txt"


def backend(address):
    return {
        "BACKEND": "mkt_core.uploads.scanner.ClamdScanner",
        "ADDRESS": address,
        "TIMEOUT_SECONDS": 5,
    }

"""Requests to other servers, by the libraries that the settings name."""

import http.server
import threading
import urllib.error
import urllib.request

import pytest
import requests

from mkt_monitoring import outgoing

NAME = "http_client_request_duration_seconds_count"


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/200")
        else:
            self.send_response(int(self.path[1:]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def with_requests(url):
    with requests.Session() as session:
        session.trust_env = False
        session.get(url, timeout=5)


def with_urllib(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            pass
    except urllib.error.HTTPError as error:
        error.close()


@pytest.fixture
def measuring(monkeypatch):
    """``measuring(library)`` until the end of the test."""

    def measure(library):
        module, class_name, method = outgoing.EXCHANGES[library]
        owner = getattr(outgoing.import_module(module), class_name)
        monkeypatch.setattr(owner, method, getattr(owner, method))
        outgoing.measure(library)
        # Again is the same as once.
        outgoing.measure(library)

    return measure


LIBRARIES = [("requests", with_requests), ("urllib", with_urllib)]


@pytest.mark.parametrize(("library", "get"), LIBRARIES)
def test_each_exchange_is_counted(measuring, metrics, address, library, get):
    measuring(library)

    for path in ("/200", "/503", "/moved"):
        get(f"{address}{path}")

    # A redirection is an exchange, and so is what it leads to.
    for status_class, number in (("2xx", 2), ("3xx", 1), ("5xx", 1)):
        assert metrics.total(NAME, purpose=library, status_class=status_class) == number


@pytest.mark.parametrize(("library", "get"), LIBRARIES)
def test_a_server_that_is_gone(measuring, metrics, library, get):
    measuring(library)

    with pytest.raises((requests.ConnectionError, urllib.error.URLError)):
        get("http://127.0.0.1:1/")

    assert metrics.all(NAME) == {(("purpose", library), ("status_class", "none")): 1}


def test_nothing_is_touched_unless_asked_for(metrics, address, settings):
    outgoing.install()
    with_requests(f"{address}/200")

    assert metrics.all(NAME) == {}


def test_a_library_that_cannot_be_measured_does_not_stop_the_site(settings, caplog):
    settings.MKT_MONITORING = {"OUTGOING_LIBRARIES": ["curl"]}

    outgoing.install()

    assert "'curl' cannot be measured" in caplog.text

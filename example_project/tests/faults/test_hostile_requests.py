"""Requests that nobody means well with: no 500, no memory, no flood of entries or lines, and an answer at once."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random

import pytest

pytestmark = pytest.mark.fault

#: Slower is not "at once", even on a machine that does other things as well.
AT_ONCE_SECONDS = 5


def raw(site, request, *, seconds=10):
    """Bytes as they are; gives the status, 0 if the server closes the connection without a word."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=seconds) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionError:
            # Closed with some of the request unread.
            pass
    return int(answer.split(b" ", 2)[1]) if answer else 0


def get(path, *headers, host=b"www.example.org"):
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: " + host, b"X-Forwarded-Proto: https"]
    return b"\r\n".join([*lines, *headers, b"Connection: close", b"", b""])


REFUSED = {400, 401, 403, 404, 405, 411, 413, 414, 415, 422, 431, 501, 505, 0}

HOSTS = [
    b"evil.example",
    b"www.example.org.evil.example",
    b"www.example.org@evil.example",
    b"www.example.org:evil",
    b"",
    b"[::1",
    b"www.example.org\x00",
    b"\xff\xfe",
    b"a" * 5000,
    b"www.example.org, evil.example",
]


@pytest.mark.parametrize("host", HOSTS, ids=[repr(host[:30]) for host in HOSTS])
def test_bad_host(site, host):
    for path in (b"/", b"/admin/login/", b"/missing/", b"/api/v1/pages/"):
        assert raw(site, get(path, host=host)) in REFUSED


HEADERS = {
    "10 kB cookie": b"Cookie: a=" + b"x" * 10_000,
    "10 kB header": b"X-Anything: " + b"x" * 10_000,
    "10 kB referrer": b"Referer: https://" + b"x" * 10_000,
    "10 kB agent": b"User-Agent: " + b"x" * 10_000,
    "10 kB language": b"Accept-Language: " + b"en," * 3_300,
    "10 kB accept": b"Accept: " + b"text/html;q=0.1," * 600,
    "10 kB forwarded": b"X-Forwarded-For: " + b"1.2.3.4, " * 1_100,
    "many headers": b"\r\n".join(b"X-%d: x" % number for number in range(150)),
    "cookies of nonsense": b"Cookie: __Host-sessionid="
    + bytes(range(128, 255))
    + b"; __Host-csrftoken=\x01; =;;=",
    "session that never was": b"Cookie: __Host-sessionid=" + b"z" * 32,
    "device that never was": b"Cookie: __Host-mkt_device=a.b:c:d",
    "etag of nonsense": b'If-None-Match: "' + b"\xe9" * 300 + b'", W/, ***',
    "date of nonsense": b"If-Modified-Since: yesterday",
    "range of nonsense": b"Range: bytes=9-1,a-b,,",
    "trace of nonsense": b"Traceparent: 00-zz-\x7f-1",
    "id of nonsense": b"X-Request-ID: " + b"../../" * 50,
    "length of nonsense": b"Content-Length: -5",
    "lengths that differ": b"Content-Length: 5\r\nContent-Length: 6",
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    "encoding of nonsense": b"Accept-Encoding: gzip;q=x, \xff;q=1",
    "authorization of nonsense": b"Authorization: Basic " + b"\xff" * 40,
    "folded": b"X-Folded: a\r\n b\r\n\tc",
    "no colon": b"this is no header",
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers(site, name):
    for path in (b"/", b"/admin/login/", b"/missing/", b"/api/v1/pages/"):
        started = time.monotonic()
        status = raw(site, get(path, HEADERS[name]))

        assert status in REFUSED | {200, 302, 304, 206, 416}, path
        assert time.monotonic() - started < AT_ONCE_SECONDS


QUERIES = [
    b"?page=%ff",
    b"?page=%00",
    b"?page=-1",
    b"?page=" + b"9" * 400,
    b"?page=1&page=2&page[]=3",
    b"?%00=%00",
    b"?" + b"&" * 3000,
    b"?" + b"a=1&" * 1500,
    b"?q=%27%22%3E%3Cscript%3E",
    b"?q=" + b"%F0%9F%98%80" * 300,
    b"?q=%ed%a0%80",
    b"?a=\xff\xfe",
    b"?__proto__[x]=1&fields=*&limit=1e9&offset=-1",
    b"?%",
    b"?next=//evil.example",
]


@pytest.mark.parametrize("query", QUERIES, ids=[repr(query[:24]) for query in QUERIES])
def test_queries(site, query):
    for path in (b"/", b"/admin/login/", b"/missing/", b"/api/v1/pages/", b"/api/v1/search/"):
        assert raw(site, get(path + query)) < 500, path


PATHS = [
    b"/%00",
    b"/%ff%fe/",
    b"/..%2f..%2fetc%2fpasswd",
    b"/../../etc/passwd",
    b"//evil.example/",
    b"/media/../../secret",
    b"/media/%2e%2e/%2e%2e/etc/passwd",
    b"/static/%00.css",
    b"/" + b"a/" * 1500,
    b"/" + b"a" * 4000,
    b"/admin/pages/99999999999999999999/",
    b"/documents/99999999999999999999/x",
    b"/images/%00/1/x/",
    b"/api/v1/pages/%00/",
    b"/api/v1/pages/99999999999999999999999/",
    b"/api/v1/by-path/?path=%00",
    b"/\xe9\xff",
    b"/;%0d%0aSet-Cookie:x=1",
    b"*",
    b"http://evil.example/",
    b"",
]


@pytest.mark.parametrize("path", PATHS, ids=[repr(path[:30]) for path in PATHS])
def test_paths(site, path):
    assert raw(site, get(path)) < 500


METHODS = [
    b"TRACE",
    b"CONNECT",
    b"PROPFIND",
    b"DELETE",
    b"PUT",
    b"PATCH",
    b"OPTIONS",
    b"get",
    b"G\x00T",
    b"X" * 60,
]


@pytest.mark.parametrize("method", METHODS, ids=[repr(method[:12]) for method in METHODS])
def test_methods(site, method):
    for path in (b"/", b"/admin/login/", b"/missing/", b"/api/v1/pages/"):
        status = raw(site, get(path).replace(b"GET", method, 1))

        assert status < 500 or status == 501, path


BODIES = {
    "form of nonsense": (b"application/x-www-form-urlencoded", b"\xff=%zz&&=" * 50),
    "no such charset": (b"application/x-www-form-urlencoded; charset=klingon", b"a=1"),
    "multipart without an end": (
        b"multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: ",
    ),
    "multipart without a boundary": (b"multipart/form-data", b"--x--"),
    "many fields": (b"application/x-www-form-urlencoded", b"a=1&" * 11_000),
    "JSON of nonsense": (b"application/json", b'{"a":' * 900),
    "nothing it knows": (b"application/x-evil", b"\x00" * 100),
    "null bytes": (b"application/x-www-form-urlencoded", b"username=%00&password=%00"),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(site, name):
    kind, body = BODIES[name]
    head = b"Content-Type: %s\r\nContent-Length: %d\r\nReferer: https://www.example.org/" % (
        kind,
        len(body),
    )
    for path in (b"/", b"/admin/login/", b"/admin/password_reset/", b"/e/", b"/api/v1/pages/"):
        request = get(path, head).replace(b"GET", b"POST", 1) + body

        assert raw(site, request) < 500, path


THREADS = 4


@pytest.fixture(
    scope="module", params=[1_000, pytest.param(10_000, marks=pytest.mark.slow)], ids=str
)
def storm(request, running_site):
    """What happened while so many were asked for."""
    count = request.param
    site, browser = running_site, running_site.browser()
    for number in range(300):
        browser.get(f"/warm-{number}/")
    log = site.disks["logs"].folder / "site.log"
    log.write_bytes(b"")
    site.redis.ask("FLUSHALL")
    before = site.memory_bytes
    with ThreadPoolExecutor(THREADS) as executor:
        ask = partial(ask_for_many, site, count // THREADS)
        answers = list(executor.map(ask, range(THREADS)))
    site.close_browsers()
    end = time.monotonic() + 5
    while site.redis.ask("DBSIZE") >= count / 10 and time.monotonic() < end:
        time.sleep(0.5)
    return {
        "count": count,
        "left": site.redis.ask("DBSIZE"),
        "names": site.redis.ask("SCAN", "0", "COUNT", "20"),
        "answers": [answer for some in answers for answer in some],
        "grown_bytes": site.memory_bytes - before,
        "redis_bytes": site.redis.ask("INFO", "memory")["used_memory_peak"],
        "lines": log.read_bytes().count(b"\n"),
        "log_bytes": log.stat().st_size,
    }


def ask_for_many(site, count, seed):
    browser, random = site.browser(), Random(seed)
    kinds = [
        "/{}/",
        "/blog/{}/",
        "/blog/tag/{}/",
        "/media/{}.jpg",
        "/api/v1/{}/",
        "/?x={}",
        "/{}.php",
    ]
    answers = []
    for number in range(count):
        word = f"{random.getrandbits(48):x}"
        answer = browser.get(kinds[number % len(kinds)].format(word))
        answers.append((answer.status, answer.seconds))
    return answers


class TestThousandsOfUrlsThatAreNotThere:
    def test_are_answered(self, storm):
        statuses = {status for status, _ in storm["answers"]}

        assert len(storm["answers"]) == storm["count"]
        # "/?x=…" is the home page: what a page does not know is no reason to refuse it.
        assert statuses <= {200, 301, 302, 400, 404, 429}
        assert 404 in statuses

    def test_at_once(self, storm):
        slowest = sorted(seconds for _, seconds in storm["answers"])

        assert slowest[-100] < 1
        assert slowest[-1] < AT_ONCE_SECONDS

    def test_memory_stays(self, storm):
        assert storm["grown_bytes"] < 32 * 1024 * 1024

    def test_memory_of_the_cache_stays_small(self, storm):
        assert storm["redis_bytes"] < 64 * 1024 * 1024

    def test_cache_forgets_them(self, storm):
        """What was not there is kept for two seconds here; what belongs to it should go with it."""
        assert storm["left"] < storm["count"] / 10, storm["names"]

    def test_log_has_a_line_or_two_for_each(self, storm):
        assert storm["lines"] <= 2 * storm["count"] + 100
        assert storm["log_bytes"] / max(storm["lines"], 1) < 2048

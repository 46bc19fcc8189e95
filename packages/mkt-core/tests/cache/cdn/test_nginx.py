"""The micro-cache for nginx that docs/how-to/cdn.md recommends does what it says there."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.handlers.wsgi import WSGIHandler

from ..store.servers import eventually
from .nginx import CACHE_FOLDER, HOW_TO_GET, SNIPPETS, Nginx, Site, find_nginx

pytestmark = pytest.mark.fault

# nginx counts whole seconds: of what is kept for one, the second has to be over as well.
SECOND = 2.2


@pytest.fixture(scope="module")
def binary():
    if not SNIPPETS.is_dir():
        pytest.skip("the example project is not here")
    found = find_nginx()
    if found is None:
        if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
            pytest.fail(HOW_TO_GET)
        pytest.skip(HOW_TO_GET)
    return found


@pytest.fixture
def site(website):
    website.ROOT_URLCONF = "tests.cache.cdn.urls"
    website.MKT_CORE = {"CACHE_PROXY_SECONDS": 1}
    site = Site(WSGIHandler())
    yield site
    site.stop()


@pytest.fixture
def nginx(binary, site, tmp_path):
    nginx = Nginx(binary, tmp_path, site.port)
    nginx.start()
    yield nginx
    nginx.stop()


def states(nginx, path, times=2, **headers):
    return [nginx.get(path, **headers)[1]["X-Proxy-Cache"] for _ in range(times)]


def test_nginx_accepts_the_files(binary, tmp_path):
    status, said = Nginx(binary, tmp_path, 1).check()

    assert status == 0, said
    assert "[warn]" not in said
    assert CACHE_FOLDER in (SNIPPETS / "microcache.conf").read_text()


def test_the_second_visitor_is_answered_by_nginx(nginx, site):
    first = nginx.get("/plain/")
    second = nginx.get("/plain/")

    assert (first[1]["X-Proxy-Cache"], second[1]["X-Proxy-Cache"]) == ("MISS", "HIT")
    assert first[2] == second[2]
    assert site.seen == ["GET /plain/"]


def test_fifty_at_once_are_one_request(nginx, site):
    site.delay_seconds = 0.3

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: nginx.get("/plain/"), range(50)))

    assert {status for status, _, _ in answers} == {200}
    assert len({body for _, _, body in answers}) == 1
    assert site.seen == ["GET /plain/"]


def test_after_its_second_a_page_is_fetched_anew_while_nobody_waits(nginx, site):
    nginx.get("/plain/")
    time.sleep(SECOND)
    site.delay_seconds = 1.0
    started = time.monotonic()

    _, headers, _ = nginx.get("/plain/")

    assert headers["X-Proxy-Cache"] in ("STALE", "UPDATING")
    assert time.monotonic() - started < 0.9
    assert eventually(lambda: len(site.seen) == 2)
    assert eventually(lambda: nginx.get("/plain/")[1]["X-Proxy-Cache"] == "HIT")


def test_a_site_that_is_away_is_covered_for(nginx, site):
    body = nginx.get("/plain/")[2]
    time.sleep(SECOND)
    site.stop()

    status, headers, covered = nginx.get("/plain/")
    site.start()

    assert (status, covered) == (200, body)
    assert headers["X-Proxy-Cache"] in ("STALE", "UPDATING")


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "sessionid=abc"},
        {"Cookie": "_ga=1; __Host-sessionid=abc"},
        {"Cookie": "_ga=1; messages=xyz"},
        {"Cookie": "csrftoken=abc"},
        {"Cookie": "a=b;django_language=de"},
        {"Authorization": "Bearer abc"},
    ],
)
def test_known_visitors_pass_by(headers, nginx, site):
    nginx.get("/plain/")

    assert states(nginx, "/plain/", **headers) == ["BYPASS", "BYPASS"]
    assert len(site.seen) == 3
    assert len(nginx.files()) == 1


def test_other_cookies_do_not_count(nginx, site):
    nginx.get("/plain/")

    assert states(nginx, "/plain/", 1, Cookie="_ga=sessionid; xsessionid=1") == ["HIT"]


@pytest.mark.parametrize(
    "path",
    [
        *("/csrf/", "/set-cookie/", "/personal/", "/private/", "/no-store/", "/found/"),
        *("/plain/?unknown=1", "/vary-all/", "/streaming/", "/forbidden/", "/overtaken/"),
    ],
)
@pytest.mark.usefixtures("autocommit")
def test_nothing_is_kept_that_is_not_for_everybody(path, nginx, site):
    for _ in range(3):
        assert nginx.get(path)[1]["X-Proxy-Cache"] == "MISS"

    assert len(site.seen) == 3
    assert nginx.files() == []


def test_who_knew_the_visitor_leaves_nothing_behind(nginx, site):
    nginx.get("/read-session/", Cookie="sessionid=abc")

    assert nginx.files() == []


def test_variants_are_told_apart(nginx, site):
    assert nginx.get("/htmx/")[2].endswith(b"None")
    assert nginx.get("/htmx/", HX_Request="true")[2].endswith(b"true")
    assert nginx.get("/htmx/")[2].endswith(b"None")
    assert b"gzip" in str(nginx.get("/long/", Accept_Encoding="gzip")[1]).encode()
    assert nginx.get("/long/")[1]["Content-Encoding"] is None


def test_hosts_are_told_apart(nginx, site):
    nginx.get("/plain/")

    assert nginx.get("/plain/", Host="other.example")[1]["X-Proxy-Cache"] == "MISS"


def test_head_is_answered_from_the_page(nginx, site):
    length = len(nginx.get("/plain/")[2])

    status, headers, body = nginx.get("/plain/", method="HEAD")

    assert (status, body, headers["X-Proxy-Cache"]) == (200, b"", "HIT")
    assert int(headers["Content-Length"]) == length
    assert site.seen == ["GET /plain/"]


def test_forms_are_sent_to_the_site(nginx, site):
    nginx.get("/plain/")

    nginx.get("/plain/", method="POST")

    assert site.seen == ["GET /plain/", "POST /plain/"]


def test_what_has_not_changed_is_not_sent_again(nginx, site):
    etag = nginx.get("/plain/")[1]["ETag"]

    assert nginx.get("/plain/", If_None_Match=etag)[0] == 304
    assert site.seen == ["GET /plain/"]


def test_a_page_that_nobody_asks_for_goes(nginx, site):
    nginx.get("/plain/")

    # Ten seconds, and up to ten until nginx looks.
    assert eventually(lambda: nginx.files() == [], 25)

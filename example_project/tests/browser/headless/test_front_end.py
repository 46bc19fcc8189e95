"""The front end in ``example_project/headless``, built from the running site and served by Node."""

import contextlib
import html
import http.client
import json
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlsplit

import _process
import pytest

from tests.served import PROJECT

from .conftest import INSTALL

pytestmark = pytest.mark.node

HEADLESS = PROJECT / "headless"
WAIT_SECONDS = 120


class FrontEnd:
    """What visitors get, and what the server has said."""

    def __init__(self, address, log):
        self.address = address
        self.log = log

    def get(self, path):
        """Status, headers and text, whose entities are characters."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.headers, html.unescape(response.read().decode())

    def raw(self, path):
        """What a browser gets."""
        with urllib.request.urlopen(f"{self.address}{path}", timeout=60) as response:
            return response.read().decode()

    @property
    def builds(self):
        return len(re.findall(r"^build \d+ done", self.log.read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def front_end(site, client, npm, reading, tmp_path_factory):
    npm(*INSTALL, cwd=HEADLESS)
    folder = tmp_path_factory.mktemp("front-end")
    address = site.facts["front_end"]
    environ = reading(
        site, PORT=address.rpartition(":")[2], MKT_WEBHOOK_SECRET=site.facts["secret"]
    )
    found = FrontEnd(address, folder / "server.log")
    command = [shutil.which("node"), str(HEADLESS / "server" / "main.mjs")]
    with _process.server(
        command,
        cwd=folder,
        env=environ,
        ready=lambda: "ready:" in found.log.read_text(),
        stop_signal=signal.SIGTERM,
        start_seconds=300,
        as_ourselves=True,
    ):
        post(f"{site.address}/editing/webhooks/on/")
        yield found
        post(f"{site.address}/editing/webhooks/off/")


def post(url, data=b""):
    with urllib.request.urlopen(
        urllib.request.Request(url, data, method="POST"), timeout=60
    ) as response:
        return json.load(response)


def edit(site, action, pk, **changes):
    return post(f"{site.address}/editing/{action}/{pk}/", json.dumps(changes).encode())


def posts_of(site, **parameters):
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    with urllib.request.urlopen(f"{site.address}/api/v1/posts/?{query}", timeout=60) as response:
        return json.load(response)["items"]


def test_server_tells_genuine_events_and_sends_no_foreign_files(client, tmp_path):
    for name in ("server", "test", "package.json"):
        copy = shutil.copy if name.endswith("json") else shutil.copytree
        copy(HEADLESS / name, tmp_path / name)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "mkt-api-client").symlink_to(client)

    command = [shutil.which("node"), "--test", "test/server.test.mjs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
class TestBuilt:
    def test_posts_are_in_the_html(self, site, front_end):
        newest = posts_of(site, limit=11, fields="title,summary")

        _, _, first = front_end.get("/")
        status, _, second = front_end.get("/2")

        assert all(post["title"] in first and post["summary"] in first for post in newest[:10])
        assert newest[10]["title"] not in first
        assert status == 200
        assert newest[10]["title"] in second
        assert "<script" not in first

    def test_a_post_has_its_text_and_pictures_in_sizes(self, site, front_end):
        shown = site.facts["post"]

        status, headers, text = front_end.get(shown["url_path"])

        assert status == 200
        assert f"<h1>{shown['title']}</h1>" in re.sub(r" data-astro[^>]*", "", text)
        srcset = re.search(r'<source type="image/webp" srcset="([^"]+)"', text)[1]
        widths = [candidate.rpartition(" ")[2] for candidate in srcset.split(", ")]
        assert all(re.fullmatch(r"\d+w", width) for width in widths)
        assert len(widths) == 2
        picture = srcset.split(" ")[0]
        with urllib.request.urlopen(picture, timeout=60) as response:
            assert response.headers["Content-Type"] == "image/webp"
        assert f"img-src 'self' {site.address}" in headers["Content-Security-Policy"]

    def test_words_are_found(self, site, front_end):
        _, _, text = front_end.get("/search?q=tram")
        _, _, nothing = front_end.get("/search?q=zzzznothing")

        assert "Results for “tram”" in text
        assert re.search(r'<h2[^>]*><a href="/blog/[^"]+"', text)
        assert "Nothing was found" in nothing

    def test_markup_in_words_stays_text(self, front_end):
        tags = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attributes: tags.append(tag)

        parser.feed(front_end.raw("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))

        assert "input" in tags
        assert "script" not in tags

    def test_old_addresses_lead_on(self, site, front_end):
        status, headers, _ = front_end.get("/old-news/")

        assert (status, headers["Location"]) == (301, site.facts["post"]["url_path"])
        assert front_end.get("/nowhere/")[0] == 404

    def test_a_link_shows_the_draft_and_nobody_keeps_it(self, site, front_end):
        shown = site.facts["post"]
        token = edit(site, "draft", shown["id"], title="Not for everybody yet")["token"]

        status, headers, text = front_end.get(
            f"/preview?content_type=mkt_blog_pages.postpage&token={token}"
        )

        assert status == 200
        assert "Not for everybody yet" in text
        assert "This is a draft" in text
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Not for everybody yet" not in front_end.get(shown["url_path"])[2]
        assert front_end.get(f"/preview?token={token}x")[0] == 403
        assert front_end.get("/preview")[0] == 400
        edit(site, "publish", shown["id"], title=shown["title"])

    def test_a_forged_webhook_builds_nothing_and_a_genuine_one_does(self, site, front_end):
        post = posts_of(site, limit=1, fields="id,title,url")[0]
        path = urlsplit(post["url"]).path
        before = front_end.builds
        forged = urllib.request.Request(
            f"{front_end.address}/hooks/mkt",
            data=b'{"type": "forged.event", "data": {}}',
            headers={
                "webhook-id": "msg_1",
                "webhook-timestamp": str(int(time.time())),
                "webhook-signature": "v1,Zm9yZ2Vk",
            },
        )

        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(forged, timeout=60)
        assert "forged.event" not in front_end.log.read_text()
        # Published by an editor; the site itself sends the webhook.
        edit(site, "publish", post["id"], title="Just published")
        deadline = time.monotonic() + WAIT_SECONDS
        while "Just published" not in front_end.get(path)[2] and time.monotonic() < deadline:
            time.sleep(0.5)

        assert "Just published" in front_end.get(path)[2]
        assert front_end.builds > before
        edit(site, "publish", post["id"], title=post["title"])

    @pytest.mark.browser
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_everybody_can_use_it(
        self,
        site,
        front_end,
        chromium,
        assert_accessible,
        scheme,
        width,
    ):
        context = chromium.new_context(
            base_url=front_end.address,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
        )
        page = context.new_page()
        for path in ("/", site.facts["post"]["url_path"], "/search?q=tram", "/nowhere/"):
            page.goto(path)
            assert_accessible(page, path)
        context.close()

"""A disk without room: pages go on, an upload is told so, and nothing half-made stays."""

import io
import re

import pytest
from PIL import Image

pytestmark = pytest.mark.fault


def picture(side=600):
    """About a megabyte that does not compress."""
    noise = Image.effect_noise((side, side), 200).convert("RGB")
    output = io.BytesIO()
    noise.save(output, "PNG")
    return output.getvalue()


def count(browser, url):
    """How many images or documents the admin lists."""
    text = browser.get(url).text
    return len(re.findall(r"/admin/(?:images|documents/edit)/\d+/", text))


@pytest.fixture
def editor(site):
    return site.browser().log_in()


@pytest.mark.parametrize(
    ("add", "listing", "name", "kind"),
    [
        ("/admin/images/add/", "/admin/images/", "noise.png", "image/png"),
        ("/admin/documents/add/", "/admin/documents/", "notes.txt", "text/plain"),
    ],
)
def test_upload_says_that_there_is_no_room(site, editor, add, listing, name, kind):
    content = picture() if kind.startswith("image") else b"some words\n" * 200_000
    media = site.disks["media"]
    editor.get(add)
    files, listed = media.files, count(editor, listing)

    with media.full():
        answer = editor.upload(add, {"title": "Too much", "collection": 1}, name, content, kind)
        page = site.browser().get("/")

    assert page.status == 200
    assert answer.status == 200
    assert "There is no room left for this file on the server." in answer.text
    assert "Traceback" not in answer.text
    assert media.files == files
    assert count(editor, listing) == listed


def test_upload_works_again_when_there_is_room(site, editor):
    media = site.disks["media"]
    editor.get("/admin/images/add/")
    with media.full():
        editor.upload(
            "/admin/images/add/", {"title": "a", "collection": 1}, "a.png", picture(), "image/png"
        )

    answer = editor.upload(
        "/admin/images/add/", {"title": "b", "collection": 1}, "b.png", picture(100), "image/png"
    )

    assert answer.status == 302
    assert any(path.name.startswith("b") for path in media.files)


def test_pages_do_not_need_the_log(site):
    browser, logs = site.browser(), site.disks["logs"]
    with logs.full():
        statuses = [browser.get(f"/missing-{number}/").status for number in range(20)]
        statuses += [browser.get("/").status for _ in range(5)]
        admin = browser.get("/admin/login/").status
        slow = max(browser.get("/").seconds for _ in range(5))

    assert statuses == [404] * 20 + [200] * 5
    assert admin == 200
    assert slow < 2


def test_log_goes_on_and_says_what_was_lost(site):
    browser, logs = site.browser(), site.disks["logs"]
    log = logs.folder / "site.log"
    with logs.full():
        # What is left of the last block takes a few lines.
        for number in range(30):
            browser.get(f"/lost-{number}/")
    marker = "/found-again/"
    browser.get(marker)

    text = log.read_text(errors="replace")
    assert marker in text, text[-2000:]
    assert re.search(r"\d+ log lines could not be written", text)

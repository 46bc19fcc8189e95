"""Redis killed or frozen under a running site: pages, the admin and logins go on."""

import signal

import pytest

from tests.waiting import wait_until

pytestmark = pytest.mark.fault


@pytest.fixture
def redis(site):
    yield site.redis
    site.redis.signal(signal.SIGCONT)
    if site.redis.process.poll() is not None:
        site.redis.start()
    browser = site.browser()
    # The process has noticed: the cache stores again.
    wait_until(lambda: [browser.get("/") for _ in range(2)][1].headers["x-mkt-cache"] == "hit")


def kill(redis):
    redis.kill()


def freeze(redis):
    redis.signal(signal.SIGSTOP)


@pytest.mark.parametrize("hurt", [kill, freeze])
def test_site_goes_on(site, redis, hurt):
    editor = site.browser().log_in()
    hurt(redis)

    answers = [site.browser().get("/") for _ in range(10)]
    admin = editor.get("/admin/")
    login = site.browser(address="198.51.100.7")
    login.get("/admin/login/")
    refused = login.post("/admin/login/", {"username": "erika", "password": "wrong"})
    welcome = site.browser(address="198.51.100.8").log_in()

    assert [answer.status for answer in answers] == [200] * 10
    assert (admin.status, refused.status) == (200, 200)
    assert welcome.get("/admin/").status == 200
    # After the first ones have waited for their answer, nobody waits any more.
    assert max(answer.seconds for answer in answers[5:]) < 2

"""`make stack`: what a visitor, an editor and an operator meet when the whole architecture runs."""

import html
import json
import re
import time
import urllib.error

import _process
import pytest
import yaml

from tests.waiting import wait_until

from .conftest import ROOT, running_stack

pytestmark = pytest.mark.fault
DEPLOY = ROOT / "example_project" / "deploy"
#: Two seconds are promised, on a machine that is not busy with other tests.
SECONDS_TO_SHOW = 4
COUNT = """
from mkt_monitoring.models import Event
print(Event.objects.filter(name="page_view").count())
"""


def test_pages_come_through_every_layer(stack):
    for path in ("/", "/blog/", "/blog/feed/rss/", "/sitemap.xml", "/api/v1/posts/"):
        with stack.get(path) as answer:
            assert answer.status == 200, path
    with stack.get("/blog/") as answer:
        assert answer.headers["X-MKT-Cache"] in {"hit", "miss"}
        assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_crowd_is_answered_by_nginx(stack):
    found = []
    for _ in range(20):
        with stack.get("/blog/") as answer:
            found.append(answer.headers["X-Proxy-Cache"])

    # One of them may come when the second is over.
    kept = [state for state in found[1:] if state in {"HIT", "UPDATING", "STALE"}]
    assert len(kept) >= 17, found


def test_static_files_are_sent_by_nginx_for_good(stack):
    with stack.get("/blog/") as answer:
        page = answer.read().decode()
    path = page.split('rel="stylesheet" href="')[1].split('"')[0].removeprefix(stack.site)
    with stack.get(path) as answer:
        assert "immutable" in ", ".join(answer.headers.get_all("Cache-Control"))


def test_metrics_and_documents_are_not_for_strangers(stack):
    for path in ("/metrics", "/media/documents/secret.pdf"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            stack.get(path)
        refused.value.close()
        assert refused.value.code in {403, 404}, path


def test_prometheus_sees_every_part(stack):
    stack.get("/").close()
    wanted = {"site": 2, "node": 1, "postgresql": 1, "redis": 1, "nginx": 1}

    def up():
        return {
            one["metric"]["job"]: int(one["value"][1])
            for one in stack.prometheus("sum by (job) (up)")
        }

    wait_until(lambda: up() == wanted, seconds=60)
    wait_until(
        lambda: stack.prometheus("sum(http_server_request_duration_seconds_count) > 0"), seconds=60
    )


def test_what_the_rules_of_the_servers_ask_for_is_there(stack):
    """Each metric by itself: as a whole, the rules find nothing as long as all is well."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules" / "servers.yml").read_text())
    names = {
        name
        for group in rules["groups"]
        for rule in group["rules"]
        for name in re.findall(r"\b(?:pg|redis|nginx|node)_\w+", rule["expr"])
    }
    assert len(names) > 10

    wait_until(lambda: all(stack.prometheus(name) for name in names), seconds=60)
    # Nothing is wrong with the servers of this stack; the disk and the memory of the machine are its own affair.
    down = stack.prometheus('ALERTS{alertname=~"(Server|Database|Replica|Redis|Proxy).*"}')
    assert down == []


def test_post_is_on_every_page_soon_after_another_process_published_it(stack, editor):
    paths = ["/", "/blog/", "/blog/feed/rss/", "/api/v1/posts/?fields=title"]
    for path in paths:
        stack.get(path).close()
    title = "Published while everything was cached"

    editor("publish", title=title, slug="published-meanwhile")

    seconds = stack.shown_after(title, paths, seconds=SECONDS_TO_SHOW)
    print(f"publishing showed on {len(paths)} addresses after {seconds:.2f} s")
    with stack.get("/blog/published-meanwhile/") as answer:
        assert title in answer.read().decode()


def test_visit_that_the_browser_tells_of_is_counted_by_the_other_process(stack):
    with stack.get("/blog/") as answer:
        page = answer.read().decode()
    told = re.search(r'data-to="([^"]+)" data-event="page_view" data-page="(\d+)"', page)
    visit = {"name": "page_view", "url": f"{stack.site}/blog/", "page": told[2]}
    with stack.get(
        html.unescape(told[1]), json.dumps([visit]).encode(), Origin=stack.site
    ) as answer:
        assert answer.status == 204
    deadline = time.monotonic() + 20
    while not (counted := stack.manage("shell", "-v", "0", "-c", COUNT).strip()).endswith("1"):
        assert time.monotonic() < deadline, counted


def test_port_of_another_server_is_an_error_that_names_it(stack, folder):
    with (
        pytest.raises(AssertionError, match=r"is taken: name another one, as in PORT="),
        running_stack(folder, stack.ports["https"]),
    ):
        pass


def test_ends_without_a_trace_and_starts_again_with_its_data(stack, folder):
    assert stack.stop() == 0
    assert stack.processes_left() == []
    with running_stack(folder, _process.free_port()) as again:
        with again.get("/blog/published-meanwhile/") as answer:
            assert answer.status == 200
        assert again.stop() == 0
    assert stack.processes_left() == []

"""Every query of every dashboard, asked of a Prometheus that scrapes the example site."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from io import StringIO

import pytest
from django.core.management import call_command

from mkt_monitoring.dashboards.files import shipped
from tests.served import PROJECT, gunicorn, own_database

from . import servers
from .prepare import LOGIN, PASSWORD

pytestmark = pytest.mark.fault

# What needs something that this site has not: several workers, a pool, a queue, a CDN, forms, mail, trackers.
NEVER_HERE = {
    "db_pool_connections",
    "db_pool_waiting",
    "http_client_request_duration_seconds",
    "mail_sent_total",
    "mkt_events_dropped_total",
    "mkt_core_cache_failures_total",
    "mkt_core_csp_reports_total",
    "mkt_core_health_check_up",
    "mkt_core_logins_throttled_total",
    "mkt_core_rate_limited_total",
    "mkt_core_uploads_refused_total",
    "mkt_monitoring_multiprocess_files",
    "mkt_monitoring_series_refused_total",
    "task_backlog",
    "task_backlog_age_seconds",
    "wagtail_form_submissions_total",
    "wagtail_frontend_cache_purges_total",
    # Posts may stand in one place only.
    "wagtail_pages_moved_total",
}
# Of metrics that there are, the queries that find nothing here, by a part of them.
NOTHING_FOUND = {
    # Nothing is wrong.
    "ALERTS{",
    'result="error"',
    'status="failed"',
    # The site has no event intake yet.
    'http_route="/e/"',
}
PAGES = (
    *("/", "/blog/", "/blog/feed/rss/", "/blog/search/?q=sea", "/missing/", "/broken/", "/stream/"),
    *(
        "/api/v1/posts/",
        "/api/v1/posts/0/",
        "/api/v1/search/?q=sea",
        "/sitemap.xml",
        "/documents/1/timetable.txt",
    ),
)


@pytest.fixture(scope="module")
def site_port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    options = "?timeout=20&transaction_mode=IMMEDIATE"
    with own_database(folder, sqlite_options=options) as url:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.observability.settings",
            "DATABASE_URL": url,
            "MKT_OBSERVED_MEDIA": str(folder / "media"),
        }
        prepare = [sys.executable, "-m", "tests.observability.prepare"]
        subprocess.run(prepare, cwd=PROJECT, env=environ, check=True)
        with gunicorn(environ, folder) as (port, _):
            yield port


class Visitor:
    """Asks for pages, with cookies."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.ProxyHandler({})
        )

    def ask(self, path, data=None, accept=()):
        form = data and urllib.parse.urlencode(data).encode()
        try:
            with self.opener.open(f"{self.address}{path}", form, timeout=120) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")

    def log_in(self, password):
        self.ask("/admin/login/")
        token = next(cookie.value for cookie in self.cookies if "csrftoken" in cookie.name)
        form = {"username": LOGIN, "password": password, "csrfmiddlewaretoken": token}
        return self.ask("/admin/login/", form)

    def look_around(self, number):
        for path in PAGES:
            self.ask(path)
        status, text = self.ask(f"/busy/?number={number}")
        assert (status, text) == (200, "done"), text[-2000:]
        self.log_in("wrong")
        self.log_in(PASSWORD)


def rules():
    out = StringIO()
    call_command("mkt_rules", stdout=out)
    return out.getvalue().replace('interval: "30s"', 'interval: "1s"')


def queries():
    """``(where, query)`` of every target, with what Grafana would put into the place of the variables."""
    for name, text in shipped().items():
        for panel in json.loads(text)["panels"]:
            for target in panel.get("targets", ()):
                expr = target["expr"].replace("$__rate_interval", "1m").replace("$job", "site")
                expr = re.sub(r"\$(instance|site)", ".*", expr)
                yield f"{name}: {panel['title']}", expr


def metrics_of(query):
    """The names, without what a histogram adds to its own."""
    names = set(re.findall(r"\b([a-z_:][\w:]*)\{", query))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}


def is_excused(query):
    return metrics_of(query) & NEVER_HERE or any(part in query for part in NOTHING_FOUND)


def test_every_query_finds_something(find_program, site_port, tmp_path):
    program = find_program("prometheus", package="prometheus")
    targets = [f"127.0.0.1:{site_port}"]
    with servers.prometheus(program, tmp_path, targets=targets, rules=rules()) as prometheus:
        visitor = Visitor(site_port)
        scraped = 'count_over_time(up{job="site"}[1h]) > %d'
        for number in range(1, 4):
            visitor.look_around(number)
            # What has just been counted for the first time grows only from the next scrape on.
            (sample,) = servers.wait_for(lambda: prometheus.results(scraped % 0))
            servers.wait_for(
                lambda seen=int(sample["value"][1]): prometheus.results(scraped % (seen + 2))
            )
        servers.wait_for(lambda: prometheus.results("mkt:slo_budget_left:ratio30d"))

        found = {(where, query): prometheus.results(query) for where, query in queries()}
        rules_in_trouble = [
            (rule["name"], rule.get("lastError"))
            for group in prometheus.ask("rules")["groups"]
            for rule in group["rules"]
            if rule["health"] != "ok"
        ]
        firing = {
            sample["metric"]["alertname"]
            for sample in prometheus.results('ALERTS{alertstate="firing"}')
        }

    empty = [key for key, results in found.items() if not results]
    print(f"{len(found)} queries, {len(empty)} empty:", *sorted(empty), sep="\n  ")
    present = {name for key, results in found.items() if results for name in metrics_of(key[1])}
    print("in the list, but here:", *sorted(NEVER_HERE & present))
    assert [key for key in empty if not is_excused(key[1])] == []
    assert rules_in_trouble == []
    # A site that has just started alarms nobody.
    assert firing == set()

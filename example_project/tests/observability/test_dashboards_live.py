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

# Queries that find nothing here, by a part of them, and why.
NOTHING_FOUND = {
    "ALERTS{": "a site that has just started alarms nobody",
}
if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    NOTHING_FOUND["db_pool_"] = "SQLite has no pools"
WORKERS = 2
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
        environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder / "metrics")
        options = {"config": PROJECT / "deploy/logs/gunicorn.conf.py", "workers": WORKERS}
        with gunicorn(environ, folder, **options) as (port, _):
            yield port


class Visitor:
    """Asks for pages, with cookies."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.ProxyHandler({})
        )

    def ask(self, path, data=None, **headers):
        form = urllib.parse.urlencode(data).encode() if isinstance(data, dict) else data
        request = urllib.request.Request(f"{self.address}{path}", form, headers)
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")

    def log_in(self, password):
        self.ask("/admin/login/")
        form = {"username": LOGIN, "password": password, "csrfmiddlewaretoken": self.token}
        return self.ask("/admin/login/", form)

    def forget_password(self):
        self.ask("/admin/password_reset/")
        form = {"email": "watched@example.org", "csrfmiddlewaretoken": self.token}
        self.ask("/admin/password_reset/", form)

    def report_violation(self):
        report = {"effective-directive": "script-src-elem", "blocked-uri": "inline"}
        text = json.dumps({"csp-report": {"document-uri": self.address, **report}}).encode()
        self.ask("/csp-report/", text, **{"Content-Type": "application/csp-report"})

    @property
    def token(self):
        return next(cookie.value for cookie in self.cookies if "csrftoken" in cookie.name)

    def look_around(self, number):
        for path in PAGES:
            self.ask(path)
        status, text = self.ask(f"/busy/?number={number}")
        assert (status, text) == (200, "done"), text[-2000:]
        self.log_in("wrong")
        self.log_in(PASSWORD)
        self.report_violation()
        # Without a token it is refused.
        self.ask("/e/", b"[]")
        # More often than anybody may.
        for _ in range(2):
            self.forget_password()


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


def is_excused(query):
    return any(part in query for part in NOTHING_FOUND)


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
    assert [key for key in empty if not is_excused(key[1])] == []
    # The list is no longer than it must be.
    assert {part for part in NOTHING_FOUND if not any(part in query for _, query in empty)} == set()
    assert rules_in_trouble == []
    # A site that has just started alarms nobody.
    assert firing == set()

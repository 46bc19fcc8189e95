from datetime import timedelta

import pytest
from django.utils import timezone

from mkt_monitoring.mkt_core_metrics import limited
from mkt_monitoring.models import AlertRule
from mkt_monitoring.reports import health
from mkt_monitoring.requests_now.flushing import Minutes, write
from mkt_monitoring.requests_now.recording import Noted

pytestmark = pytest.mark.django_db

API = "/admin/reports/monitoring/api/"
HEALTH = "/admin/reports/monitoring/health/"


def requests(route, number=1, status=2, ago=60):
    minutes = Minutes()
    for _ in range(number):
        minutes.add(Noted(timezone.now().timestamp() - ago, route, status, 0.05))
    write(minutes.rows())


def test_endpoints_of_apis_and_no_others(watcher, client):
    requests("/api/v1/posts/", 7, status=4)
    requests("/v2/things/<int:pk>/", 3, status=5)
    requests("/news/<slug:slug>/", 5)
    body = client.get(API).content.decode()

    assert body.index("/api/v1/posts/") < body.index("/v2/things/&lt;int:pk&gt;/")
    assert "/news/" not in body


def test_the_time_can_be_chosen(watcher, client):
    requests("/api/old/", ago=3 * 3600)

    assert "/api/old/" not in client.get(f"{API}?hours=1").content.decode()
    assert "/api/old/" in client.get(f"{API}?hours=24").content.decode()
    assert "/api/old/" in client.get(f"{API}?hours=junk").content.decode()


def test_limits_that_were_reached(watcher, client):
    limited.labels("api-search").inc(41)
    body = client.get(API).content.decode()

    assert "<code>api-search</code>" in body


def test_all_is_well(watcher, client):
    body = client.get(HEALTH).content.decode()

    assert "all applied" in body
    assert "nothing overdue" in body


def test_what_is_late_is_told(site, watcher, client):
    page = site.get_children().first().specific
    page.go_live_at = timezone.now() - timedelta(hours=2)
    page.save_revision(approved_go_live_at=page.go_live_at)
    AlertRule.objects.create(name="Too slow", threshold=1, emails="a@example.org")
    body = client.get(HEALTH).content.decode()

    assert "1 overdue, the oldest for 2" in body
    assert "never evaluated; run mkt_alerts_run every minute" in body


def test_what_cannot_be_read_says_so(watcher, client, monkeypatch):
    def broken(now):
        raise OSError("no such disk")

    monkeypatch.setattr(health, "_disk", broken)
    assert "no such disk" in client.get(HEALTH).content.decode()

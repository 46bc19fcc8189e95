"""Whether all is well: checks, migrations, what waits, and what is overdue."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Revision

from mkt_core.health.report import recent_report

from ..database.migrations import unapplied_by_alias
from ..events.options import event_options
from ..models.aggregates import EventMinute
from ..models.alerts import AlertRule
from ..models.events import PendingEvent
from ..tasks.backlog import waiting_tasks
from .access import DashboardView
from .charts import whole

URL_NAME = "mkt_monitoring_health"
#: Probes may have run the checks just now.
REPORT_SECONDS = 5.0
OVERDUE = timedelta(minutes=15)
FULL_SHARE = 0.9

Finding = dict[str, Any]


class HealthView(DashboardView):
    """The health checks of mkt-core, and what else a site has that can be late or full."""

    template_name = "mkt_monitoring/health.html"
    url_name = URL_NAME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(
                checks=recent_report(REPORT_SECONDS).results,
                findings=list(findings(timezone.now())),
                rules=AlertRule.objects.filter(is_active=True).order_by("-state", "name"),
            )
        )


def findings(now: datetime) -> Iterator[Finding]:
    """One line each: label, text and whether that is bad. What cannot be read says so."""
    for look in (_migrations, _schedule, _tasks, _events, _pending, _alerts, _disk):
        try:
            found = look(now)
        except (DatabaseError, OSError) as error:
            name = look.__name__.strip("_")
            yield {
                "label": name,
                "text": _("unknown: %(error)s") % {"error": error},
                "is_bad": True,
            }
            continue
        if found is not None:
            yield found


def _migrations(now: datetime) -> Finding:
    waiting = sum(unapplied_by_alias().values())
    text = _("%(number)s not applied") % {"number": whole(waiting)} if waiting else _("all applied")
    return {"label": _("Migrations"), "text": text, "is_bad": bool(waiting)}


def _schedule(now: datetime) -> Finding:
    found = Revision.objects.filter(approved_go_live_at__lt=now).aggregate(
        number=Count("pk"), oldest=Min("approved_go_live_at")
    )
    if not found["number"]:
        text, is_bad = _("nothing overdue"), False
    else:
        is_bad = now - found["oldest"] > OVERDUE
        text = _("%(number)s overdue, the oldest for %(age)s; run publish_scheduled") % {
            "number": whole(found["number"]),
            "age": timesince(found["oldest"], now),
        }
    return {"label": _("Scheduled publishing"), "text": text, "is_bad": is_bad}


def _tasks(now: datetime) -> Finding | None:
    found = waiting_tasks()
    if found is None:
        return None
    waiting, age = found
    if not waiting:
        return {
            "label": pgettext("in the background", "Tasks"),
            "text": _("none waits"),
            "is_bad": False,
        }
    text = _("%(number)s wait, the oldest for %(age)s") % {
        "number": whole(waiting),
        "age": timesince(now - timedelta(seconds=age), now),
    }
    return {
        "label": pgettext("in the background", "Tasks"),
        "text": text,
        "is_bad": age > OVERDUE.total_seconds(),
    }


def _events(now: datetime) -> Finding:
    options = event_options()
    if not options.ENABLED:
        return {"label": _("Events"), "text": _("turned off"), "is_bad": False}
    rows = EventMinute.objects.using(options.DATABASE)
    latest = rows.aggregate(latest=Max("start"))["latest"]
    if latest is None:
        return {"label": _("Events"), "text": _("none in the last days"), "is_bad": False}
    text = _("the latest is from %(age)s ago") % {"age": timesince(latest, now)}
    return {"label": _("Events"), "text": text, "is_bad": False}


def _pending(now: datetime) -> Finding | None:
    rows = PendingEvent.objects.using(event_options().DATABASE)
    found = rows.aggregate(number=Count("pk"), oldest=Min("created_at"))
    if not found["number"]:
        return None
    text = _("%(number)s not counted yet, the oldest for %(age)s") % {
        "number": whole(found["number"]),
        "age": timesince(found["oldest"], now),
    }
    return {
        "label": _("Durable events"),
        "text": text,
        "is_bad": now - found["oldest"] > OVERDUE,
    }


def _alerts(now: datetime) -> Finding | None:
    found = AlertRule.objects.filter(is_active=True).aggregate(
        number=Count("pk"), latest=Max("evaluated_at")
    )
    if not found["number"]:
        return None
    label, latest = _("Alert rules"), found["latest"]
    if latest is None:
        text = _("never evaluated; run mkt_alerts_run every minute")
        return {"label": label, "text": text, "is_bad": True}
    text = _("evaluated %(age)s ago") % {"age": timesince(latest, now)}
    return {"label": label, "text": text, "is_bad": now - latest > OVERDUE}


def _disk(now: datetime) -> Finding | None:
    folder = str(settings.MEDIA_ROOT)
    if not folder:
        return None
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        # No such folder yet, or the files are elsewhere.
        return None
    share = usage.used / usage.total
    text = _("%(share)s %% full") % {"share": whole(share * 100)}
    return {"label": _("Disk of the media"), "text": text, "is_bad": share > FULL_SHARE}

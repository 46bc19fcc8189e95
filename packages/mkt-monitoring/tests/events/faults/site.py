"""A site for processes that get killed: ``python -m tests.events.faults.site COMMAND``, or an application of gunicorn.

MKT_FAULT_DATABASE has its database; MKT_FAULT_EVENTS its ``EVENTS``, as JSON.
"""

import json
import os
import signal
import sys
import time

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import include, path

from tests.settings import database

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {**database(os.environ["MKT_FAULT_DATABASE"]), "OPTIONS": {"connect_timeout": 2}}
    },
    INSTALLED_APPS=["mkt_monitoring", "django.contrib.contenttypes"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["mkt_monitoring.middleware.RequestMetricsMiddleware"],
    MKT_MONITORING={
        "METRICS_NETWORKS": ["127.0.0.1"],
        "EVENTS": json.loads(os.environ.get("MKT_FAULT_EVENTS", "{}")),
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="tests",
    USE_TZ=True,
)


def told(request, count):
    from mkt_monitoring.events.tracking import track

    for _ in range(count):
        track("page_view", request)
    return HttpResponse(str(os.getpid()))


urlpatterns = [path("", include("mkt_monitoring.urls")), path("told/<int:count>/", told)]


def produce(count, seconds):
    """Tell so many events in that time, then end like any process; prints what has become of them."""
    from prometheus_client import REGISTRY

    from mkt_monitoring.events import buffer
    from mkt_monitoring.events.tracking import track

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("ready", flush=True)
    for number in range(count):
        track("page_view")
        if seconds and number % 100 == 99:
            time.sleep(seconds * 100 / count)
    buffer.close()
    names = ("mkt_events_received_total", "mkt_events_stored_total", "mkt_events_dropped_total")
    sums = dict.fromkeys(names, 0)
    for family in REGISTRY.collect():
        for sample in family.samples:
            if sample.name in sums:
                sums[sample.name] += int(sample.value)
    print(json.dumps(sums), flush=True)


django.setup()
application = get_wsgi_application()

if __name__ == "__main__":
    from django.core.management import call_command

    command, *arguments = sys.argv[1:]
    if command == "produce":
        produce(int(arguments[0]), float(arguments[1]))
    else:
        call_command(command, *arguments)

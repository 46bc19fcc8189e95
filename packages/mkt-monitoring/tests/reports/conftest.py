from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from mkt_monitoring.models import Event, EventDay, EventMinute
from mkt_monitoring.requests_now.flushing import Minutes, write
from mkt_monitoring.requests_now.recording import Noted


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.MKT_MONITORING = {"EVENTS": {"BACKGROUND": False}}


@pytest.fixture
def editor(django_user_model, client):
    """Somebody who may see the admin, logged in; ``editor.allow(codename)`` allows more."""
    user = django_user_model.objects.create_user("editor", password="x")
    group = Group.objects.create(name="Watchers")
    user.groups.add(group)

    def allow(*codenames):
        group.permissions.add(*Permission.objects.filter(codename__in=codenames))

    user.allow = allow
    allow("access_admin")
    client.force_login(user)
    return user


@pytest.fixture
def watcher(editor):
    """Somebody who may see the dashboards."""
    editor.allow("view_dashboards")
    return editor


@pytest.fixture
def today():
    return timezone.localdate(timezone=timezone.get_default_timezone())


@pytest.fixture
def day(today):
    """Write a row of the table of days."""

    def make(ago=0, event="page_view", dimension="total", value="", count=1, **more):
        return EventDay.objects.create(
            day=today - timedelta(days=ago),
            event=event,
            dimension=dimension,
            value=value,
            count=count,
            **more,
        )

    return make


@pytest.fixture
def busy(db, today):
    """A site where something goes on now."""
    now = timezone.now()
    minutes = Minutes()
    for number in range(40):
        route = "/slow/" if number % 4 == 0 else "/fast/"
        status = 5 if number == 0 else 2
        seconds = 1.5 if route == "/slow/" else 0.02
        minutes.add(Noted(now.timestamp() - number, route, status, seconds))
    write(minutes.rows())
    EventMinute.objects.create(
        start=now.replace(second=0, microsecond=0), event="page_view", count=12
    )
    people = [uuid4() for _ in range(3)]
    Event.objects.bulk_create(
        Event(
            id=uuid4(),
            day=today,
            occurred_at=now - timedelta(seconds=number),
            name="page_view",
            path=f"/page-{number}/",
            visitor=people[number % 3],
        )
        for number in range(15)
    )
    return now

"""The jobs that the site does by the clock."""

import pytest
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError

from home.management import schedule


@pytest.fixture
def ran(monkeypatch):
    """Names of the commands that were run, in order; "broken" fails."""
    names = []

    def call(name, *arguments, **options):
        names.append(name)
        if name == "broken":
            raise RuntimeError("no")

    monkeypatch.setattr(schedule, "call_command", call)
    monkeypatch.setattr(schedule, "close_old_connections", lambda: None)
    return names


def test_every_job_is_a_command_of_the_site():
    assert {job.command[0] for job in schedule.jobs()} <= set(get_commands())


def test_a_job_is_run_again_when_its_time_has_come(ran):
    waiting = [schedule.Job(["often"], 10), schedule.Job(["seldom"], 60)]
    for now in (0, 5, 11, 30, 61):
        schedule.run_due(waiting, lambda now=now: now)
    assert ran == ["often", "seldom", "often", "often", "often", "seldom"]


def test_a_job_that_fails_is_logged_and_stops_no_other(ran, caplog):
    schedule.run_due([schedule.Job(["broken"], 10), schedule.Job(["sound"], 10)], lambda: 0)
    assert ran == ["broken", "sound"]
    assert "The scheduled command failed: broken" in caplog.text


@pytest.mark.django_db
def test_all_jobs_run_on_a_site_where_nothing_is_to_be_done(caplog, monkeypatch):
    # The connection is that of the test.
    monkeypatch.setattr(schedule, "close_old_connections", lambda: None)
    schedule.run_due(schedule.jobs(), lambda: 0)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_worker_must_have_a_name_that_fits(name):
    with pytest.raises(CommandError, match="from 1 to 64 characters"):
        call_command("run_tasks", name=name)

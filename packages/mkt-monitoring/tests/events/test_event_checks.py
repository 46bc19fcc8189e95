import pytest

from mkt_monitoring.events.checks import check_events


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ({}, []),
        ({"RAW_DAYS": 7, "EXCLUDE_PATHS": ["/account/"], "SINK": "database"}, []),
        ({"RAW_DAY": 7}, ["E050"]),
        ({"RAW_DAYS": "7"}, ["E050"]),
        ({"RAW_DAYS": 0}, ["E051"]),
        ({"MINUTE_HOURS": 2}, ["E051"]),
        ({"FLUSH_SECONDS": -1, "DAY_DAYS": -1}, ["E051"]),
        ({"SINK": "carrier-pigeon"}, ["E052"]),
        ({"SINK": "json.JSONDecoder"}, ["E052"]),
        ({"SINK": "database", "SINK_OPTIONS": {"URL": "x"}}, ["E052"]),
        ({"SINK": "redis"}, ["E052"]),
        ({"SINK": "redis", "SINK_OPTIONS": {"URL": "redis://localhost:1/0"}}, []),
        ({"SINK": "redis", "SINK_OPTIONS": {"URL": "http://localhost"}}, ["E052"]),
        ({"DATABASE": "events"}, ["E053"]),
        ({"CONSENT": "tests.nowhere.agreed"}, ["E054"]),
        ({"GEOIP_DATABASE": "/nowhere.mmdb"}, ["E054"]),
        ({"EXCLUDE_PATHS": ["account/"]}, ["W055"]),
    ],
)
def test_each_mistake_has_its_id(settings, events, found):
    settings.MKT_MONITORING = {"EVENTS": events}

    messages = check_events()

    assert [message.id.removeprefix("mkt_monitoring.") for message in messages] == found
    assert all(message.hint for message in messages)


def test_no_password_is_shown(settings):
    settings.MKT_MONITORING = {
        "EVENTS": {"SINK": "redis", "SINK_OPTIONS": {"URL": "http://:hush@localhost"}}
    }

    assert "hush" not in str(check_events())

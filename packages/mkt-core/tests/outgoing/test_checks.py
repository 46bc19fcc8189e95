import pytest

from mkt_core.outgoing.checks import check_outgoing


@pytest.mark.parametrize(
    ("conf", "check_id"),
    [
        ({"OUTGOING_NETWORKS": ["10.0.0.0/33"]}, "E115"),
        ({"OUTGOING_NETWORKS": ["intranet"]}, "E115"),
        ({"OUTGOING_CONNECT_SECONDS": 0}, "E116"),
        ({"OUTGOING_READ_SECONDS": -1}, "E116"),
        ({"OUTGOING_TOTAL_SECONDS": float("nan")}, "E116"),
        ({"OUTGOING_MAX_BYTES": 0}, "E116"),
        ({"OUTGOING_SCHEMES": ["ftp"]}, "E117"),
        ({"OUTGOING_SCHEMES": []}, "E117"),
        ({"OUTGOING_PORTS": [0]}, "E117"),
        ({"OUTGOING_PORTS": []}, "E117"),
        ({"OUTGOING_HOSTS": ["https://example.com"]}, "E117"),
        ({"OUTGOING_HOSTS": ["."]}, "E117"),
        ({"OUTGOING_CA_FILE": "/no/such/file"}, "E118"),
        ({"OUTGOING_CA_FILE": __file__}, "E118"),
        ({"OUTGOING_NETWORKS": ["0.0.0.0/0"]}, "W119"),
        ({"OUTGOING_NETWORKS": ["::/0"]}, "W119"),
    ],
)
def test_a_value_that_cannot_be_meant_is_found(settings, conf, check_id):
    settings.MKT_CORE = conf
    (message,) = check_outgoing()

    assert message.id == f"mkt_core.{check_id}"
    assert message.hint


@pytest.mark.parametrize(
    "conf",
    [
        {},
        {"OUTGOING_NETWORKS": ["10.1.2.3", "fd00::/16"], "OUTGOING_HOSTS": [".example.com", "a.b"]},
        # Reported by the check of all settings.
        {"OUTGOING_PORTS": "443"},
    ],
)
def test_good_ones_are_fine(settings, conf):
    settings.MKT_CORE = conf
    assert check_outgoing() == []

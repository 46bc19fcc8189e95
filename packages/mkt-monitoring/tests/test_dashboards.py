"""The dashboards that are shipped: made from their descriptions, and understood by Grafana and Prometheus."""

import json
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from grafana_foundation_sdk.cog import plugins, runtime
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import Dashboard

from mkt_monitoring.dashboards.build import dashboard_text
from mkt_monitoring.dashboards.catalogue import BOARDS
from mkt_monitoring.dashboards.files import shipped

from . import promtool

plugins.register_default_plugins()

UNITS = {value for name, value in vars(units).items() if name[0].isupper()}
VARIABLES = {
    "$__rate_interval": "5m",
    "$job": "site",
    "$instance": ".*",
    "$site": ".*",
}
every_dashboard = pytest.mark.parametrize("name", list(shipped()))


def loaded(name):
    return json.loads(shipped()[name])


def panels(name):
    return [panel for panel in loaded(name)["panels"] if panel["type"] != "row"]


def queries(name):
    return [target["expr"] for panel in panels(name) for target in panel["targets"]]


def substituted(expr):
    for variable, value in VARIABLES.items():
        expr = expr.replace(variable, value)
    return expr


def round_trip(document):
    return json.loads(JSONEncoder().encode(Dashboard.from_json(document)))


def test_what_is_shipped_is_what_the_descriptions_make():
    """If not: python -m mkt_monitoring.dashboards.build."""
    assert shipped() == {f"{board.name}.json": dashboard_text(board) for board in BOARDS}


def test_there_is_one_for_each_part_of_a_site():
    assert {loaded(name)["uid"] for name in shipped()} == {
        *("mkt-overview", "mkt-requests", "mkt-database-and-cache", "mkt-editorial"),
        *("mkt-blog-and-events", "mkt-api", "mkt-workers"),
    }


@every_dashboard
class TestEach:
    def test_grafana_knows_every_key(self, name):
        document = loaded(name)

        assert round_trip(document) == document

    def test_grafana_knows_every_type_and_unit(self, name):
        for panel in panels(name):
            assert runtime.panelcfg_config(panel["type"]).identifier == panel["type"]
            assert panel["fieldConfig"]["defaults"]["unit"] in UNITS

    def test_panels_have_their_own_ids_and_places(self, name):
        document = loaded(name)
        taken = set()
        for panel in document["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert place["x"] + place["w"] <= 24
            assert not taken & cells, panel["title"]
            taken |= cells

        ids = [panel["id"] for panel in document["panels"]]
        assert len(ids) == len(set(ids))

    def test_prometheus_can_parse_every_query(self, name, tmp_path):
        records = [
            {"record": f"q{number}", "expr": substituted(expr)}
            for number, expr in enumerate(queries(name))
        ]
        (tmp_path / "queries.yml").write_text(
            yaml.safe_dump({"groups": [{"name": "queries", "rules": records}]})
        )

        path = str(tmp_path / "queries.yml")
        promtool.run([promtool.tool("promtool", "prometheus"), "check", "rules", path])

    def test_the_chosen_site_is_asked_for(self, name):
        variables = [variable["name"] for variable in loaded(name)["templating"]["list"]]

        assert variables == ["datasource", "job", "site", "instance"]
        for expr in queries(name):
            assert 'job="$job"' in expr
            assert "$" not in substituted(expr)
            assert "<" not in expr.replace("<=", "")
        for panel in panels(name):
            assert panel["datasource"]["uid"] == "${datasource}"
            assert all(
                target["datasource"]["uid"] == "${datasource}" for target in panel["targets"]
            )


def test_a_key_that_grafana_does_not_know_would_be_noticed():
    document = loaded("overview.json")
    document["panels"][1]["fieldConfig"]["defaults"]["unti"] = "s"

    assert round_trip(document) != document


class TestCommand:
    def test_lists_them(self):
        out = StringIO()

        call_command("mkt_dashboards", stdout=out)

        assert "overview.json" in out.getvalue()
        assert "MKT: overview" in out.getvalue()

    def test_writes_them(self, tmp_path):
        folder = tmp_path / "new" / "folder"

        call_command("mkt_dashboards", "--output", folder, stdout=StringIO())

        assert {path.name: path.read_text() for path in folder.iterdir()} == shipped()

    def test_a_folder_that_cannot_be_is_an_error(self, tmp_path):
        (tmp_path / "file").touch()

        with pytest.raises(CommandError, match="cannot be written to"):
            call_command("mkt_dashboards", "--output", tmp_path / "file")

"""What ``mkt_rules`` writes, in each of its formats, is accepted by the programs that read it."""

import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from mkt_monitoring.rules.groups import CATALOGUE, alert_names
from mkt_monitoring.rules.yaml_text import yaml_text

from . import promtool

RUNBOOKS = Path(__file__).resolve().parents[3] / "docs" / "runbooks"


def written(*options):
    out = StringIO()
    call_command("mkt_rules", *options, stdout=out)
    return out.getvalue()


def rules(*options):
    document = yaml.safe_load(written(*options))
    return [rule for group in document["groups"] for rule in group["rules"]]


class TestYaml:
    @pytest.mark.parametrize(
        "value",
        [
            {"a": "no", "b": True, "c": None, "d": 1.5, "e": "1.5", "f": ""},
            {"quotes": 'it\'s "so": {x="y"}', "umlaut": "ü „“", "lines": 'a "b"\n\tc\\d'},
            {"list": [1, "two", {"a": 1, "b": [2, 3]}, [4, [5]]], "empty": [], "none": {}},
            {"severity=~": "# no comment", "- a": "&b *c", "key with spaces": "%"},
        ],
    )
    def test_is_read_as_it_was_meant(self, value):
        assert yaml.safe_load(yaml_text(value, command="x")) == value


class TestPrometheus:
    def test_rules_are_accepted(self, tmp_path):
        path = tmp_path / "rules.yml"

        call_command("mkt_rules", "--output", path)

        promtool.run([promtool.tool("promtool", "prometheus"), "check", "rules", str(path)])

    def test_every_alert_says_what_where_and_what_to_do(self):
        alerts = [rule for rule in rules() if "alert" in rule]

        assert {alert["alert"] for alert in alerts} == set(alert_names())
        for alert in alerts:
            assert alert["labels"]["severity"] in ("page", "ticket")
            assert alert["annotations"]["summary"]
            assert alert["annotations"]["description"].endswith(".")
            assert alert["annotations"]["runbook_url"] == f"docs/runbooks/{alert['alert']}.md"
            assert not re.search(r"<\w+>", alert["expr"])

    @pytest.mark.skipif(not RUNBOOKS.is_dir(), reason="outside of the repository")
    def test_every_alert_has_its_runbook_and_no_other_has(self):
        sections = ["## Impact", "## First checks", "## Fix"]
        runbooks = {path.stem: path.read_text() for path in RUNBOOKS.glob("*.md")}

        assert set(runbooks) == set(alert_names())
        for name, text in runbooks.items():
            assert text.startswith(f"# {name}\n")
            assert re.findall(r"^## .*$", text, re.MULTILINE) == sections

    def test_records_and_alerts_may_be_had_apart(self):
        records, alerts = rules("--records-only"), rules("--alerts-only")

        assert all("record" in rule for rule in records)
        assert all("alert" in rule for rule in alerts)
        assert len(records) + len(alerts) == len(rules())

    def test_the_site_has_its_own_names_limits_and_wishes(self, settings):
        settings.MKT_MONITORING = {
            "RULES": {
                "JOB": "shop",
                "RUNBOOK_URL": "https://wiki.example.com/{alert}",
                "THRESHOLDS": {"MktTaskBacklogOld": 3600},
                "WITHOUT": ["MktLoginFailureBurst"],
            }
        }

        found = {rule.get("alert"): rule for rule in rules()}

        assert "MktLoginFailureBurst" not in found
        backlog = found["MktTaskBacklogOld"]
        assert backlog["expr"] == 'max by (job, site) (task_backlog_age_seconds{job="shop"}) > 3600'
        assert backlog["annotations"]["runbook_url"] == "https://wiki.example.com/MktTaskBacklogOld"
        assert 'job="site"' not in written()

    def test_a_mistake_in_the_settings_is_an_error_and_writes_nothing(self, settings, tmp_path):
        settings.MKT_MONITORING = {"SLOS": [{"name": "x"}]}

        with pytest.raises(CommandError, match="lacks the key 'kind'"):
            call_command("mkt_rules", "--output", tmp_path / "rules.yml")

        assert not list(tmp_path.iterdir())

    def test_a_file_that_cannot_be_written_is_an_error(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
            call_command("mkt_rules", "--output", tmp_path / "missing" / "rules.yml")


class TestAlertmanager:
    @pytest.fixture(autouse=True)
    def mail(self, settings):
        settings.ADMINS = [("Erika", "erika@example.com")]
        settings.SERVER_EMAIL = "site@example.com"
        options = {"host": "mail.example.com", "port": 587, "use_tls": True}
        settings.MAILERS = {"default": {"OPTIONS": options}}

    @pytest.mark.parametrize("rules", [{}, {"WEBHOOK_URL": "https://pager.example.com/x?a=b"}])
    def test_the_configuration_is_accepted(self, rules, settings, tmp_path):
        settings.MKT_MONITORING = {"RULES": rules}
        path = tmp_path / "alertmanager.yml"

        call_command("mkt_rules", "--format", "alertmanager", "--output", path)

        amtool = promtool.tool("amtool", "prometheus-alertmanager")
        assert "2 receivers" in promtool.run([amtool, "check-config", str(path)])

    @pytest.mark.parametrize(
        ("labels", "receiver"),
        [
            (["severity=page"], "page"),
            (["severity=ticket"], "ticket"),
            (["alertname=Other"], "ticket"),
        ],
    )
    def test_pages_and_tickets_go_their_own_ways(self, labels, receiver, tmp_path):
        path = tmp_path / "alertmanager.yml"
        call_command("mkt_rules", "--format", "alertmanager", "--output", path)

        amtool = promtool.tool("amtool", "prometheus-alertmanager")
        route = ["config", "routes", "test", "--config.file", str(path), *labels]
        assert promtool.run([amtool, *route]).strip() == receiver

    def test_mail_goes_where_the_site_sends_its_own(self):
        document = yaml.safe_load(written("--format", "alertmanager"))

        assert document["global"] == {
            "smtp_smarthost": "mail.example.com:587",
            "smtp_from": "site@example.com",
            "smtp_require_tls": True,
        }
        assert [receiver["email_configs"][0]["to"] for receiver in document["receivers"]] == [
            "erika@example.com",
            "erika@example.com",
        ]

    def test_mail_may_go_elsewhere(self, settings):
        settings.MKT_MONITORING = {
            "RULES": {"EMAIL_TO": ["a@example.org", "b@example.org"], "SMARTHOST": "localhost:25"}
        }

        document = yaml.safe_load(written("--format", "alertmanager"))

        assert document["global"]["smtp_smarthost"] == "localhost:25"
        for receiver in document["receivers"]:
            assert receiver["email_configs"][0]["to"] == "a@example.org, b@example.org"

    def test_the_old_names_of_settings_are_understood(self, settings):
        del settings.MAILERS

        document = yaml.safe_load(written("--format", "alertmanager"))

        assert document["global"]["smtp_smarthost"] == "localhost:25"

    def test_without_anybody_to_tell_there_are_receivers_still(self, settings, tmp_path):
        settings.ADMINS = []

        document = yaml.safe_load(written("--format", "alertmanager"))

        assert document["receivers"] == [{"name": "page"}, {"name": "ticket"}]

    def test_a_page_silences_the_ticket_of_the_same_objective(self):
        document = yaml.safe_load(written("--format", "alertmanager"))

        assert {
            "source_matchers": ['severity="page"'],
            "target_matchers": ['severity="ticket"'],
            "equal": ["alertname", "job", "site", "slo"],
        } in document["inhibit_rules"]


class TestGrafana:
    def test_has_the_same_alerts(self):
        prometheus = [rule for rule in rules() if "alert" in rule]
        grafana = rules("--format", "grafana")

        assert len(grafana) == len(prometheus)
        for ours, theirs in zip(grafana, prometheus, strict=True):
            assert ours["title"].split()[0] == theirs["alert"]
            assert ours["for"] == theirs["for"]
            assert ours["labels"] == theirs["labels"]
            assert ours["data"][0]["model"]["expr"] == f"max without () ({theirs['expr']})"

    def test_rules_are_told_apart(self):
        grafana = rules("--format", "grafana")

        assert len({rule["uid"] for rule in grafana}) == len(grafana)
        assert len({rule["title"] for rule in grafana}) == len(grafana)
        assert all(len(rule["uid"]) <= 40 for rule in grafana)

    def test_messages_show_the_value_that_prometheus_would(self):
        (rule,) = [rule for rule in rules("--format", "grafana") if "BacklogOld" in rule["title"]]

        assert "{{ $values.A.Value | humanizeDuration }}" in rule["annotations"]["description"]
        # Fires whatever the value is, 0 included.
        assert rule["condition"] == "C"
        assert rule["data"][1]["model"]["expr"].startswith("group without () (")
        assert rule["data"][2]["model"]["expression"] == "B"


@pytest.mark.skipif(not RUNBOOKS.is_dir(), reason="outside of the repository")
def test_the_documentation_lists_every_alert_with_its_limit():
    text = (RUNBOOKS.parent / "how-to" / "alerts.md").read_text()

    for group in CATALOGUE:
        for alert in group.alerts:
            limit = "" if alert.threshold is None else f"{alert.threshold:g} {alert.unit}"
            link = f"[{alert.name}](../runbooks/{alert.name}.md)"
            assert f"| {link} | {alert.severity} | {alert.lasting} | {limit} |" in text

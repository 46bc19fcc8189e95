"""The files for Prometheus, Alertmanager and Grafana in ``deploy/`` are what the commands write, and are accepted."""

import subprocess
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
FILES = {
    "prometheus/rules/site.yml": "prometheus",
    "alertmanager/alertmanager.yml": "alertmanager",
    # For compose.yaml, where the mail server is a neighbour.
    "containers/alertmanager.yml": "alertmanager",
    "grafana/provisioning/alerting/site.yaml": "grafana",
}


def loaded(name):
    return yaml.safe_load((DEPLOY / name).read_text())


def accepted(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0 or done.stdout + done.stderr


@pytest.mark.parametrize("name", FILES)
def test_files_are_as_the_commands_write_them(name, settings):
    """If not: write them anew with these settings."""
    settings.ADMINS = [("Operations", "ops@example.com")]
    settings.SERVER_EMAIL = "site@example.com"
    smarthost = "mail:1025" if name.startswith("containers/") else "localhost:25"
    settings.MKT_MONITORING = {"RULES": {"SMARTHOST": smarthost}}
    out = StringIO()

    call_command("mkt_rules", "--format", FILES[name], stdout=out)

    assert (DEPLOY / name).read_text() == out.getvalue()


def test_prometheus_and_alertmanager_accept_them(find_program):
    promtool = find_program("promtool", package="prometheus")
    amtool = find_program("amtool", package="prometheus-alertmanager")

    configuration = str(DEPLOY / "prometheus" / "prometheus.yml")
    assert accepted([promtool.path, "check", "config", configuration]) is True
    configuration = str(DEPLOY / "alertmanager" / "alertmanager.yml")
    assert accepted([amtool.path, "check-config", configuration]) is True


def test_prometheus_accepts_what_is_for_a_cluster(find_program, tmp_path):
    """All but the discovery of pods, which Debian's Prometheus is built without."""
    promtool = find_program("promtool", package="prometheus")
    configuration = loaded("prometheus/kubernetes.yml")
    jobs = configuration["scrape_configs"]
    for job in jobs:
        (discovery,) = job.pop("kubernetes_sd_configs")
        assert discovery["role"] == "pod"
        job["static_configs"] = [{"targets": ["127.0.0.1:8000"]}]
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(configuration))

    assert accepted([promtool.path, "check", "config", tmp_path / "prometheus.yml"]) is True
    site, _ = loaded("prometheus/prometheus.yml")["scrape_configs"]
    assert jobs[0]["job_name"] == site["job_name"]


def test_grafana_finds_the_data_source_of_its_alerts():
    (source,) = loaded("grafana/provisioning/datasources/prometheus.yaml")["datasources"]
    groups = loaded("grafana/provisioning/alerting/site.yaml")["groups"]

    asked = {
        query["datasourceUid"]
        for group in groups
        for rule in group["rules"]
        for query in rule["data"]
    }
    assert asked == {source["uid"], "__expr__"}

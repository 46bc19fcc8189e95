from io import StringIO

import pytest
import yaml
from django.core.management import call_command

from mkt_monitoring.models import AlertRule

from ..promtool import run, tool

pytestmark = pytest.mark.django_db

WITH_HISTORY = ("requests", "failed", "slow")


def exported():
    out, err = StringIO(), StringIO()
    call_command("mkt_alerts_export", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_prometheus_takes_every_rule_that_it_can_evaluate(rule, tmp_path):
    number = 0
    for measure in AlertRule.Measure:
        for comparison in AlertRule.Comparison:
            if measure == "events" or (
                comparison in ("risen", "fallen") and measure not in WITH_HISTORY
            ):
                continue
            number += 1
            rule(
                name=f"{measure} {comparison} {{{{ .x }}}}",
                measure=measure,
                event="",
                comparison=comparison,
            )
    text, told = exported()
    path = tmp_path / "rules.yml"
    path.write_text(text)

    assert told == ""
    assert len(yaml.safe_load(text)["groups"][0]["rules"]) == number == 20
    assert f"{number} rules found" in run(
        [tool("promtool", "prometheus"), "check", "rules", str(path)]
    )


def test_what_prometheus_does_not_know_is_told(rule):
    rule()
    text, told = exported()

    assert yaml.safe_load(text)["groups"][0]["rules"] == []
    assert "Too many: left out" in told

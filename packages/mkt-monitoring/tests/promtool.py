"""The programs that come with Prometheus, on the rules of the settings in force."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mkt_monitoring.rules import prometheus
from mkt_monitoring.rules.groups import groups
from mkt_monitoring.rules.options import rule_options
from mkt_monitoring.rules.slos import slos

UNPACKED = Path(__file__).resolve().parents[3] / ".cache" / "debian" / "usr" / "bin"


def tool(name, package):
    """The program's path; without it, the test is skipped, or fails where nothing may be."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}{os.pathsep}{UNPACKED}")
    if path is None:
        reason = f"no {name}: python scripts/debian.py {package}"
        if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check_alerts(folder, group_names, cases, *, interval="1m", every=None):
    """Run the cases against these groups: ``(name, {series: values}, at, alert, [(labels, summary)])`` each.

    Scraped in ``interval``, evaluated ``every`` so often.
    """
    every = every or interval
    document = prometheus.rule_file(
        [
            replace(group, interval=every)
            for group in groups(slos(), rule_options())
            if group.name in group_names
        ],
        "",
    )
    for group in document["groups"]:
        group["rules"] = _needed(group["rules"], {case[3] for case in cases})
        for rule in group["rules"]:
            # promtool compares whole texts; the summaries show that the labels are the right ones.
            if "annotations" in rule:
                rule["annotations"] = {"summary": rule["annotations"]["summary"]}
    (folder / "rules.yml").write_text(yaml.safe_dump(document))
    tests = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": every,
        "tests": [_test(interval, *case) for case in cases],
    }
    (folder / "tests.yml").write_text(yaml.safe_dump(tests, width=1000))
    run([tool("promtool", "prometheus"), "test", "rules", str(folder / "tests.yml")])


def _needed(rules, alerts):
    """These alerts and what they rest on: the rest would only take time."""
    needed = [rule for rule in rules if rule.get("alert") in alerts]
    for rule in reversed([rule for rule in rules if "record" in rule]):
        if any(rule["record"] in other["expr"] for other in needed):
            needed.insert(0, rule)
    return needed


def _test(interval, name, series, at, alert, expected):
    return {
        "name": name,
        "interval": interval,
        "input_series": [
            {"series": name, "values": values} for name, values in sorted(series.items())
        ],
        "alert_rule_test": [
            {
                "eval_time": at,
                "alertname": alert,
                "exp_alerts": [
                    {"exp_labels": labels, "exp_annotations": {"summary": summary}}
                    for labels, summary in expected
                ],
            }
        ],
    }

"""From the site's settings to a person: what goes wrong is seen, judged, and told."""

import json
import re
from email import message_from_string, policy
from io import StringIO

import pytest
from django.core.management import call_command

from . import servers

pytestmark = pytest.mark.fault

# One target fails from the start; of the other one task waits since yesterday.
METRICS = "# TYPE task_backlog_age_seconds gauge\ntask_backlog_age_seconds 86400\n"


def written(format_name, **quicker):
    out = StringIO()
    call_command("mkt_rules", "--format", format_name, stdout=out)
    text = out.getvalue()
    for key, value in quicker.items():
        text = re.sub(rf'\b{key}: "\d+\w"', f'{key}: "{value}"', text)
    return text


def mails_about(alert, received):
    mails = [message_from_string(text, policy=policy.default) for text in received]
    return [mail.get_body().get_content() for mail in mails if alert in str(mail["Subject"])]


def test_pages_reach_webhook_and_mail_and_tickets_mail_only(find_program, settings, tmp_path):
    prometheus = find_program("prometheus", package="prometheus")
    alertmanager = find_program("prometheus-alertmanager", package="prometheus-alertmanager")
    with (
        servers.listening(servers.Webhook) as webhook,
        servers.listening(servers.MailServer) as mail,
        servers.listening(servers.Exporter, metrics=METRICS) as site,
        servers.listening(servers.Exporter, metrics=METRICS) as gone,
    ):
        settings.SERVER_EMAIL = "site@example.com"
        settings.MKT_MONITORING = {
            "RULES": {
                "WEBHOOK_URL": f"http://{webhook.host_and_port}/hook",
                "EMAIL_TO": ["ops@example.com"],
                "SMARTHOST": mail.host_and_port,
                "RUNBOOK_URL": "https://wiki.example.com/{alert}",
            }
        }
        gone.metrics = "this is no metric {"
        told = written("alertmanager", group_wait="1s", group_interval="1s")
        rules = written("prometheus", **{"for": "1s", "interval": "1s"})
        targets = [site.host_and_port, gone.host_and_port]
        with (
            servers.alertmanager(alertmanager, tmp_path, told) as address,
            servers.prometheus(
                prometheus, tmp_path, targets=targets, rules=rules, alertmanager=address
            ),
        ):
            page = servers.wait_for(lambda: webhook.received)[0]
            down = servers.wait_for(lambda: mails_about("MktTargetDown", mail.received))
            late = servers.wait_for(lambda: mails_about("MktTaskBacklogOld", mail.received))

    assert "MktTargetDown" in page["groupLabels"]["alertname"]
    (alert,) = page["alerts"]
    assert alert["labels"]["instance"] == gone.host_and_port
    assert alert["labels"]["severity"] == "page"
    assert alert["annotations"]["runbook_url"] == "https://wiki.example.com/MktTargetDown"
    assert "MktTaskBacklogOld" not in json.dumps(webhook.received)
    assert f"{gone.host_and_port} gives no metrics" in down[0]
    assert "The oldest task has waited for 1d 0h 0m 0s." in late[0]

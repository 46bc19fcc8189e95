"""Who is told about an alert: a configuration of Alertmanager.

Pages go to the webhook and by mail, tickets by mail. What a page already says is not said again as a ticket.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .mail import mail_server, recipients
from .options import RuleOptions


def configuration(options: RuleOptions) -> dict[str, Any]:
    """The document. Without anybody to tell, its receivers are empty, and alerts are seen in Alertmanager only."""
    mail = _mail(options)
    return {
        **({"global": _mail_server(options)} if mail else {}),
        "route": _route(),
        "inhibit_rules": _inhibitions(),
        "receivers": [
            {"name": "page", **_webhook(options), **mail},
            {"name": "ticket", **mail},
        ],
    }


def _mail_server(options: RuleOptions) -> dict[str, Any]:
    # A password is not written here: add smtp_auth_username and smtp_auth_password_file where the server wants them.
    server = mail_server(options)
    return {
        "smtp_smarthost": server.address,
        "smtp_from": settings.SERVER_EMAIL,
        "smtp_require_tls": server.use_tls,
    }


def _mail(options: RuleOptions) -> dict[str, Any]:
    to = recipients(options)
    return {"email_configs": [{"to": ", ".join(to), "send_resolved": True}]} if to else {}


def _webhook(options: RuleOptions) -> dict[str, Any]:
    url = options.WEBHOOK_URL
    return {"webhook_configs": [{"url": url, "send_resolved": True}]} if url else {}


def _route() -> dict[str, Any]:
    return {
        "receiver": "ticket",
        # One message for all that is wrong in one way at one site.
        "group_by": ["alertname", "job", "site", "slo"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "1d",
        "routes": [
            {"matchers": ['severity="page"'], "receiver": "page", "repeat_interval": "4h"},
        ],
    }


def _inhibitions() -> list[dict[str, Any]]:
    """Page over ticket of the same objective; a site that is not seen at all over what is said of its parts."""
    unseen = {"source_matchers": ['alertname=~"MktTargetDown|MktTargetAbsent"']}
    return [
        {
            "source_matchers": ['severity="page"'],
            "target_matchers": ['severity="ticket"'],
            "equal": ["alertname", "job", "site", "slo"],
        },
        {
            **unseen,
            "target_matchers": ['alertname=~"MktScrapeSlow|MktCollectorFailing"'],
            "equal": ["job", "site", "instance"],
        },
    ]

"""Webhooks from the command line."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mkt_api.models import WebhookDelivery, WebhookEndpoint
from mkt_api.webhooks import endpoints
from mkt_api.webhooks.delivery import deliver_due


class Command(BaseCommand):
    """Run ``deliver`` every minute, or with ``--loop`` as a service: it sends what is to be tried again."""

    help = "Send, repeat and test webhooks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        deliver = actions.add_parser("deliver", help="send what is due")
        deliver.add_argument("--loop", action="store_true", help="go on until stopped")
        deliver.add_argument("--every-seconds", type=float, default=5.0, help="with --loop")
        create = actions.add_parser("create", help="make a webhook and print its secret")
        create.add_argument("name")
        create.add_argument("url")
        create.add_argument(
            "--type", action="append", default=[], help="event type; all by default"
        )
        replay = actions.add_parser("replay", help="send deliveries again")
        replay.add_argument("id", type=int, nargs="*", help="deliveries")
        replay.add_argument("--failed", action="store_true", help="all that were given up")
        replay.add_argument("--hours", type=float, default=72.0, help="with --failed: how far back")
        test = actions.add_parser("test", help="send webhook.test and wait for the answer")
        test.add_argument("id", type=int, help="the webhook")
        prune = actions.add_parser("prune", help="delete old events")
        prune.add_argument("--days", type=int, help="see MKT_API['WEBHOOK_KEEP_DAYS']")
        actions.add_parser("list", help="show the webhooks there are, and what waits for them")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        getattr(self, f"do_{action}")(options)

    def do_deliver(self, options: dict[str, Any]) -> None:
        total = 0
        while True:
            total += (sent := deliver_due())
            if not options["loop"]:
                if not sent:
                    break
                continue
            if not sent:
                time.sleep(options["every_seconds"])
        self.stdout.write(f"{total} sent")

    def do_create(self, options: dict[str, Any]) -> None:
        try:
            endpoint, secret = endpoints.create_endpoint(
                options["name"], options["url"], types=options["type"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stderr.write(f"Webhook {endpoint.pk}: {endpoint}. Its secret:")
        self.stdout.write(secret)

    def do_replay(self, options: dict[str, Any]) -> None:
        if bool(options["id"]) == options["failed"]:
            raise CommandError("Name deliveries, or give --failed.")
        found = WebhookDelivery.objects.select_related("endpoint")
        if options["failed"]:
            since = timezone.now() - timedelta(hours=options["hours"])
            chosen = found.filter(state=WebhookDelivery.State.FAILED, event__created_at__gte=since)
        else:
            chosen = found.filter(pk__in=options["id"])
        self.stdout.write(f"{endpoints.replay(chosen)} to be sent again")

    def do_test(self, options: dict[str, Any]) -> None:
        try:
            endpoint = WebhookEndpoint.objects.get(pk=options["id"])
        except WebhookEndpoint.DoesNotExist:
            raise CommandError(f"There is no webhook with the id {options['id']}.") from None
        delivery = endpoints.send_test(endpoint)
        if delivery.last_error:
            raise CommandError(delivery.last_error)
        self.stdout.write(f"Answered with {delivery.last_status}")

    def do_prune(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{endpoints.prune(options['days'])} deleted")

    def do_list(self, options: dict[str, Any]) -> None:
        for endpoint in WebhookEndpoint.objects.all():
            waiting = endpoint.deliveries.filter(state=WebhookDelivery.State.PENDING).count()
            state = "on" if endpoint.enabled else endpoint.disabled_reason or "off"
            self.stdout.write(
                f"{endpoint.pk:>4}  {state:<5} {waiting:>6} waiting  {endpoint.name}  {endpoint.url}"
            )

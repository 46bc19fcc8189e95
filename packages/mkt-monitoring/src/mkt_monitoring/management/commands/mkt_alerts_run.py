"""Evaluate the alert rules that are set in the admin, and send their messages."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from mkt_monitoring.alerts.running import run


class Command(BaseCommand):
    help = (
        "Evaluate the alert rules of the admin once, or again and again, and send their messages."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every",
            type=int,
            metavar="SECONDS",
            default=0,
            help="go on for ever, once in so many seconds, at least 10; without it, once",
        )

    def handle(self, *args: Any, every: int = 0, verbosity: int = 1, **options: Any) -> None:
        if every and every < 10:
            raise CommandError("--every is at least 10 seconds.")
        while True:
            done = run()
            if verbosity > 1 or not every:
                self.stdout.write(
                    f"{done.evaluated} rules evaluated, {done.sent} messages sent,"
                    f" {done.not_sent} to be tried again"
                )
            if not every:
                return
            close_old_connections()
            time.sleep(every)

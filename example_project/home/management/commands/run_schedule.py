"""``manage.py run_schedule``: what cron would do, in a process of its own."""

import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand

from home.management.schedule import jobs, run_due


class Command(BaseCommand):
    help = "Runs the commands of home.management.schedule when they are due, until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        waiting = jobs()
        while not stopping.is_set():
            run_due(waiting)
            stopping.wait(1)
        sys.stderr.write("stopped\n")

"""``manage.py run_tasks``: a worker for the tasks in the database that goes on where one of its name was killed."""

import logging
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from home.management.tasks import requeue

logger = logging.getLogger(__name__)
#: Of django-tasks-db.
LONGEST_NAME = 64


class Command(BaseCommand):
    help = (
        "Runs tasks until told to stop. A task that a worker of the same name had begun when it was killed runs again; "
        "so two workers must not have the same name at the same time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--name", default=socket.gethostname(), help="of this worker (the name of the machine)"
        )
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between looks")

    def handle(self, *args: Any, name: str, interval: float, **options: Any) -> None:
        if not 0 < len(name) <= LONGEST_NAME:
            raise CommandError(f"The name of a worker has from 1 to {LONGEST_NAME} characters.")
        if number := requeue(worker_id=name):
            logger.warning("%d tasks of the worker %s that was killed run again", number, name)
        call_command(
            "db_worker",
            queue_name="*",
            interval=interval,
            worker_id=name,
            reload=False,
            startup_delay=False,
            verbosity=options["verbosity"],
        )

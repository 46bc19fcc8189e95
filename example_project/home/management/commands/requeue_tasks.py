"""``manage.py requeue_tasks``: tasks of workers that died and never came back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from home.management.tasks import LOST_AFTER_SECONDS, requeue


class Command(BaseCommand):
    help = "Puts back tasks that have been running for so long that their worker must be gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--after",
            type=float,
            default=LOST_AFTER_SECONDS,
            help=f"seconds; longer than any task takes ({LOST_AFTER_SECONDS:.0f})",
        )

    def handle(self, *args: Any, after: float, **options: Any) -> None:
        number = requeue(running_for_seconds=after)
        if options["verbosity"]:
            self.stdout.write(f"{number} tasks were put back")

"""Look at the pictures that are stored, or take out of them what they tell."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mkt_core.uploads import stored


class Command(BaseCommand):
    help = (
        "Find images, renditions and documents that hold metadata (where a photo was taken), scripts or anything else "
        "that is no picture, and take it out of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("check", help="say what there is; change nothing")
        clean = actions.add_parser("clean", help="the same; with --write also clean it")
        clean.add_argument("--write", action="store_true", help="without it nothing is changed")
        for action in (check, clean):
            action.add_argument(
                "--originals-only", action="store_true", help="leave renditions out"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        writes = bool(options.get("write"))
        found: Counter[str] = Counter()
        for _, row in stored.files(renditions=not options["originals_only"]):
            try:
                finding = stored.examined(row, clean=writes)
            except OSError as error:
                raise CommandError(f"{row.file.name}: {error.strerror or error}") from error
            found[finding.state] += 1
            if finding.state in ("unclean", "cleaned", "refused", "missing"):
                reason = f" ({finding.reason})" if finding.reason else ""
                self.stdout.write(
                    f"{finding.state:8} {finding.label} {finding.pk} {finding.name}{reason}"
                )
        if writes and (removed := stored.remove_leftovers()):
            self.stdout.write(f"{removed} files removed that waited for a process that is gone")
        self.stdout.write(
            ", ".join(
                f"{found[state]} {state}"
                for state in ("clean", "unclean", "cleaned", "refused", "missing", "other")
            )
        )
        if found["unclean"] and options["action"] == "clean" and not writes:
            self.stdout.write(
                "Nothing was changed. Clean them with: manage.py mkt_uploads clean --write"
            )

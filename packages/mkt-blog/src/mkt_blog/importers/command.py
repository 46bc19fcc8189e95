"""What the commands that import posts have in common."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from .importer import Options, PostImporter
from .wordpress.errors import ExportError
from .wordpress.progress import ProgressBar
from .wordpress.report import Report


class ImportCommand(BaseCommand):
    """Arguments, report and exit code; a subclass makes the importer."""

    file_help = ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=self.file_help)
        parser.add_argument("--blog", required=True, metavar="SLUG", help="Slug of the blog page.")
        parser.add_argument(
            "--site",
            metavar="HOSTNAME",
            help="Site of the blog, if blogs of several sites have that slug.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Report what would be done and write nothing."
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help=(
                "Also replace posts that were edited on this site when they have changed in the"
                " export, and bring back those that were deleted here."
            ),
        )
        parser.add_argument(
            "--default-author",
            default="",
            metavar="NAME",
            help="Author of posts that name none; created if there is no author of that name.",
        )
        parser.add_argument(
            "--redirects",
            action="store_true",
            help="Let the permalinks of the old site lead to the posts on this one.",
        )
        parser.add_argument(
            "--no-progress", action="store_true", help="Draw no progress bar on a terminal."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = ProgressBar(self.stderr, enabled=not options["no_progress"])
        try:
            how = Options(
                dry_run=options["dry_run"],
                overwrite=options["overwrite"],
                default_author=options["default_author"].strip(),
                redirects=options["redirects"],
            )
            report = self.importer(options, how, progress).run()
        except (ExportError, ImproperlyConfigured) as error:
            progress.finish()
            raise CommandError(str(error)) from error
        progress.finish()
        self.write(report, options["verbosity"])
        if report.stopped:
            raise CommandError(report.stopped)
        if not report.is_complete:
            raise CommandError(_("Some posts could not be imported; the report names them."))

    @staticmethod
    def importer(options: dict[str, Any], how: Options, progress: ProgressBar) -> PostImporter:
        """The importer for a command line.

        Raises:
            ExportError, ImproperlyConfigured: it cannot begin.
        """
        raise NotImplementedError

    def write(self, report: Report, verbosity: int) -> None:
        if verbosity > 0:
            for line in report.lines(verbose=verbosity > 1):
                self.stdout.write(line)

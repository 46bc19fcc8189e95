"""``manage.py mkt_blog_import_wordpress export.xml --blog news``."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mkt_blog.importers.blogs import find_blog
from mkt_blog.importers.wordpress.errors import ExportError
from mkt_blog.importers.wordpress.importer import Importer, Options
from mkt_blog.importers.wordpress.progress import ProgressBar
from mkt_blog.importers.wordpress.report import Report


class Command(BaseCommand):
    help = (
        "Import the posts of a WordPress export (WXR) into a blog. Posts that were imported before"
        " are recognised: what has not changed is left alone."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The export, an XML file.")
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
            "--no-progress", action="store_true", help="Draw no progress bar on a terminal."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = ProgressBar(self.stderr, enabled=not options["no_progress"])
        try:
            report = self.run(options, progress)
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
    def run(options: dict[str, Any], progress: ProgressBar) -> Report:
        blog = find_blog(options["blog"], options["site"])
        importer = Importer(
            blog,
            options["file"],
            Options(
                dry_run=options["dry_run"],
                overwrite=options["overwrite"],
                default_author=options["default_author"].strip(),
            ),
            progress,
        )
        return importer.run()

    def write(self, report: Report, verbosity: int) -> None:
        if verbosity > 0:
            for line in report.lines(verbose=verbosity > 1):
                self.stdout.write(line)

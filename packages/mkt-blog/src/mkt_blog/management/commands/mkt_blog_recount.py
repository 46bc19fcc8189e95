"""``manage.py mkt_blog_recount``: count the words of stored posts again."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mkt_blog.importers.blogs import find_blog, require_tables
from mkt_blog.importers.wordpress.errors import ExportError
from mkt_blog.recount import recount


class Command(BaseCommand):
    help = (
        "Count words, reading time, summary and headings of stored posts again. Dates and revisions stay as they are."
        " Run it after an upgrade from 0.1, and when reading speeds or blocks have changed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--blog", metavar="SLUG", help="Only the posts of this blog.")
        parser.add_argument(
            "--site", metavar="HOSTNAME", help="Site of the blog, if several sites have that slug."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say how many would change and write nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_tables()
            blog = find_blog(options["blog"], options["site"]) if options["blog"] else None
        except ExportError as error:
            raise CommandError(str(error)) from error
        counted, changed = recount(blog, dry_run=options["dry_run"])
        words = ngettext("%(count)d post counted", "%(count)d posts counted", counted)
        outcome = (
            _("%(changed)d would change.") if options["dry_run"] else _("%(changed)d changed.")
        )
        self.stdout.write(f"{words % {'count': counted}}, {outcome % {'changed': changed}}")

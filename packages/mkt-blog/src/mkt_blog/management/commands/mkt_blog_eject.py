"""``manage.py mkt_blog_eject news``: an app of the site's own in place of ``mkt_blog.pages``."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mkt_blog.eject.refusals import EjectError, require
from mkt_blog.eject.source import app_files


class Command(BaseCommand):
    help = (
        "Write an app that takes over the ready page types BlogIndexPage and PostPage, so that you can change them."
        " Tables and pages stay where they are; nothing in the database changes before you run migrate."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("app_label", help="Name of the new app, such as news.")
        parser.add_argument(
            "--path",
            type=Path,
            default=Path(),
            metavar="DIR",
            help="Folder in which the app is created; by default the current one.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Show the files and write nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        label, folder = options["app_label"], options["path"] / options["app_label"]
        try:
            require(label, folder)
        except EjectError as error:
            raise CommandError(str(error)) from error
        for name, content in app_files(label).items():
            if options["dry_run"]:
                self.stdout.write(f"--- {folder / name}\n{content}")
            else:
                self._write(folder / name, content)
        if not options["dry_run"]:
            self.stdout.write(_next_steps(label))

    def _write(self, path: Path, content: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        self.stdout.write(_("Wrote %s") % path)


def _next_steps(label: str) -> str:
    return _(
        """
Next:
1. In INSTALLED_APPS, put "%(label)s" in the place of "mkt_blog.pages".
2. In your own code, import from %(label)s.models what you imported from mkt_blog.pages.models. Templates of yours in a
   folder mkt_blog_pages move to a folder %(label)s.
3. Run "manage.py migrate". No data is moved, and "manage.py migrate %(label)s zero" takes it back.
4. With Elasticsearch or OpenSearch, run "manage.py update_index", because their indexes are named after the app."""
    ) % {"label": label}
